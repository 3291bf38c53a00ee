package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"nianbao/document"
)

// pdfcpuEngine is the second engine. It decrypts everything that opens without a password, and reads some damage
// differently from the first.
type pdfcpuEngine struct {
	ctx *model.Context
}

// openPdfcpu opens a file; limit bounds each stream.
func openPdfcpu(ctx context.Context, data []byte, limit int64) (*pdfcpuEngine, error) {
	limits := model.DefaultResourceLimits()
	limits.MaxStreamBytes = min(limits.MaxStreamBytes, int64(len(data))+1)
	limits.MaxDecodeBytes = limit
	limits.MaxObjectCount, limits.MaxXRefEntries = maxObjects, maxObjects
	conf := &model.Configuration{
		Reader15:       true,
		ValidationMode: model.ValidationRelaxed,
		Cmd:            model.LISTINFO,
		Offline:        true,
		Limits:         limits,
	}
	c, err := pdfcpu.ReadWithContext(ctx, bytes.NewReader(data), conf)
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword):
		return nil, fmt.Errorf("pdf: open: %w", document.ErrEncrypted)
	case errors.Is(err, pdfcpu.ErrUnsupportedEncryptionFeature):
		return nil, fmt.Errorf("pdf: open: %w: %w", document.ErrEncrypted, err)
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("pdf: open: %w", ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("pdf: open: %w: %w", document.ErrMalformed, err)
	}
	return &pdfcpuEngine{c}, nil
}

func (e *pdfcpuEngine) name() string { return "pdf/pdfcpu" }

func (e *pdfcpuEngine) trailer() value {
	d := types.Dict{}
	if e.ctx.Root != nil {
		d["Root"] = *e.ctx.Root
	}
	if e.ctx.Info != nil {
		d["Info"] = *e.ctx.Info
	}
	return pdfcpuValue{e, d, "trailer"}
}

// wrap resolves a reference. from names the place of what is no object of its own.
func (e *pdfcpuEngine) wrap(o types.Object, from, step string) value {
	id := from + step
	for range 8 {
		ref, ok := o.(types.IndirectRef)
		if !ok {
			break
		}
		id = ref.String()
		var err error
		if o, err = e.ctx.Dereference(ref); err != nil {
			return nothing{}
		}
	}
	if o == nil {
		return nothing{}
	}
	return pdfcpuValue{e, o, id}
}

type pdfcpuValue struct {
	e  *pdfcpuEngine
	o  types.Object
	at string
}

func (v pdfcpuValue) dict() types.Dict {
	switch o := v.o.(type) {
	case types.Dict:
		return o
	case types.StreamDict:
		return o.Dict
	case *types.StreamDict:
		return o.Dict
	}
	return nil
}

func (v pdfcpuValue) kind() kind {
	switch v.o.(type) {
	case types.Dict, types.StreamDict, *types.StreamDict:
		return dict
	case types.Array:
		return array
	case types.Integer, types.Float:
		return number
	case types.Boolean:
		return boolean
	case types.Name:
		return symbol
	case types.StringLiteral, types.HexLiteral:
		return text
	}
	return null
}

func (v pdfcpuValue) key(k string) value {
	o, ok := v.dict()[k]
	if !ok {
		return nothing{}
	}
	return v.e.wrap(o, v.at, "/"+k)
}

func (v pdfcpuValue) index(i int) value {
	a, ok := v.o.(types.Array)
	if !ok || i < 0 || i >= len(a) {
		return nothing{}
	}
	return v.e.wrap(a[i], v.at, "/"+strconv.Itoa(i))
}

func (v pdfcpuValue) len() int {
	a, _ := v.o.(types.Array)
	return len(a)
}

func (v pdfcpuValue) num() float64 {
	switch o := v.o.(type) {
	case types.Integer:
		return float64(o)
	case types.Float:
		return float64(o)
	case types.Boolean:
		if o {
			return 1
		}
	}
	return 0
}

func (v pdfcpuValue) str() string {
	switch o := v.o.(type) {
	case types.Name:
		return string(o)
	case types.StringLiteral:
		return string(unescape([]byte(o)))
	case types.HexLiteral:
		x := lexer{b: []byte("<" + string(o) + ">")}
		return string(x.hex())
	}
	return ""
}

func (v pdfcpuValue) id() string { return v.at }

// written is the value with its references unresolved, one level deep: what is asked for are references.
func (v pdfcpuValue) written() obj {
	one := func(o types.Object) obj {
		if ref, ok := o.(types.IndirectRef); ok {
			return obj{k: reference, f: float64(ref.ObjectNumber)}
		}
		return obj{k: keyword} // something else
	}
	if a, ok := v.o.(types.Array); ok {
		out := obj{k: array}
		for _, o := range a {
			out.a = append(out.a, one(o))
		}
		return out
	}
	out := obj{k: dict, d: map[string]obj{}}
	for k, o := range v.dict() {
		out.d[k] = one(o)
	}
	return out
}

func (v pdfcpuValue) raw() []byte {
	switch o := v.o.(type) {
	case types.StreamDict:
		return o.Raw
	case *types.StreamDict:
		return o.Raw
	}
	return nil
}
