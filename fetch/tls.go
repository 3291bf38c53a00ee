package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// tlsMemory remembers which servers, by host and port, need old TLS, so that the modern attempt is not repeated.
type tlsMemory struct {
	mu     sync.Mutex
	legacy map[string]bool
}

const tlsMost = 50_000 // servers remembered

func (m *tlsMemory) needsOld(server string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.legacy[server]
}

func (m *tlsMemory) learn(server string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.legacy) >= tlsMost {
		clear(m.legacy)
	}
	m.legacy[server] = true
}

// gmError is a server that speaks TLCP (GB/T 38636), the 国密 variant of TLS, and nothing else.
type gmError struct{ cause error }

func (e *gmError) Error() string {
	return "the server speaks only 国密 TLCP (GB/T 38636), which is not supported: " + e.cause.Error()
}
func (e *gmError) Unwrap() error { return e.cause }

// tlsError is a handshake that failed in every way there is.
type tlsError struct{ modern, old error }

func (e *tlsError) Error() string {
	return fmt.Sprintf("TLS handshake: %v; with old versions and ciphers: %v; the server may speak only 国密 suites", e.modern, e.old)
}
func (e *tlsError) Unwrap() []error { return []error{e.modern, e.old} }

// dialTLS connects and shakes hands: with what is modern first, and on a second connection with TLS 1.0, RSA key exchange
// and the old ciphers and curves, which many official servers still need. The certificate is checked but a bad one ends
// nothing: what is fetched is public and nothing secret is sent. The note says all that had to be relaxed.
func (f *Fetcher) dialTLS(ctx context.Context, to route, name string) (net.Conn, tls.ConnectionState, string, error) {
	server := net.JoinHostPort(name, to.port)
	var modern error
	if !f.tls.needsOld(server) {
		c, state, err := f.handshake(ctx, to, modernConfig(name))
		if err == nil {
			return c, state, f.tlsNote(state, name), nil
		}
		if ctx.Err() != nil || !isHandshake(err) {
			return nil, state, "", err
		}
		modern = err
	}
	c, state, err := f.handshake(ctx, to, oldConfig(name))
	if err == nil {
		f.tls.learn(server)
		return c, state, f.tlsNote(state, name), nil
	}
	var gm *gmError
	switch {
	case modern == nil || ctx.Err() != nil || !isHandshake(err):
		return nil, state, "", err
	case errors.As(modern, &gm) || errors.As(err, &gm):
		return nil, state, "", gm
	}
	return nil, state, "", &tlsError{modern, err}
}

// handshakeError marks errors of the handshake, as opposed to those of the connection beneath it.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string { return e.cause.Error() }
func (e *handshakeError) Unwrap() error { return e.cause }

func isHandshake(err error) bool {
	var h *handshakeError
	var gm *gmError
	return errors.As(err, &h) || errors.As(err, &gm)
}

func (f *Fetcher) handshake(ctx context.Context, to route, cfg *tls.Config) (net.Conn, tls.ConnectionState, error) {
	raw, err := f.dial(ctx, to)
	if err != nil {
		return nil, tls.ConnectionState{}, err
	}
	p := &peek{Conn: raw}
	c := tls.Client(p, cfg)
	ctx, cancel := context.WithTimeout(ctx, f.opt.HandshakeTimeout)
	defer cancel()
	if err := c.HandshakeContext(ctx); err != nil {
		raw.Close()
		switch {
		case p.tlcp():
			return nil, tls.ConnectionState{}, &gmError{err}
		case timedOut(err) || ctx.Err() != nil:
			return nil, tls.ConnectionState{}, fmt.Errorf("TLS handshake: %w", err)
		case errors.Is(err, io.EOF):
			err = fmt.Errorf("the server ended the handshake: %w", err)
		}
		return nil, tls.ConnectionState{}, &handshakeError{err}
	}
	return c, c.ConnectionState(), nil
}

// peek keeps the first octets a server sends: they are the first record's type and version.
type peek struct {
	net.Conn
	head []byte
}

func (p *peek) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if room := 3 - len(p.head); room > 0 {
		p.head = append(p.head, b[:min(n, room)]...)
	}
	return n, err
}

// tlcp reports whether the first record bears TLCP's version number 1.1, which TLS never used.
func (p *peek) tlcp() bool { return len(p.head) == 3 && p.head[1] == 1 && p.head[2] == 1 }

func modernConfig(name string) *tls.Config {
	return &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		InsecureSkipVerify: true} // checked after the handshake, see tlsNote
}

// oldConfig leaves out the key shares that old servers choke on ("bad ecpoint") along with TLS 1.3.
func oldConfig(name string) *tls.Config {
	c := modernConfig(name)
	c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS12
	c.CurvePreferences = []tls.CurveID{tls.CurveP256, tls.CurveP384, tls.CurveP521}
	c.Renegotiation = tls.RenegotiateOnceAsClient
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		c.CipherSuites = append(c.CipherSuites, s.ID)
	}
	return c
}

// tlsNote says what falls short of good practice in a connection, empty when nothing does.
func (f *Fetcher) tlsNote(s tls.ConnectionState, name string) string {
	var notes []string
	if s.Version < tls.VersionTLS12 {
		notes = append(notes, "old version "+tls.VersionName(s.Version))
	}
	suite := tls.CipherSuiteName(s.CipherSuite)
	if strings.HasPrefix(suite, "TLS_RSA_") {
		notes = append(notes, "rsa key exchange")
	}
	if strings.Contains(suite, "RC4") || strings.Contains(suite, "3DES") {
		notes = append(notes, "weak cipher "+suite)
	}
	if err := f.verify(s, name); err != nil {
		notes = append(notes, err.Error())
	}
	return strings.Join(notes, "; ")
}

func (f *Fetcher) verify(s tls.ConnectionState, name string) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("no certificate")
	}
	opt := x509.VerifyOptions{Roots: f.opt.RootCAs, Intermediates: x509.NewCertPool(), CurrentTime: f.opt.Now()}
	for _, c := range s.PeerCertificates[1:] {
		opt.Intermediates.AddCert(c)
	}
	var errs []string
	if _, err := s.PeerCertificates[0].Verify(opt); err != nil {
		errs = append(errs, "chain not verified: "+err.Error())
	}
	if err := s.PeerCertificates[0].VerifyHostname(name); err != nil {
		errs = append(errs, "hostname not verified: "+err.Error())
	}
	if len(errs) > 0 {
		return errors.New(strings.Join(errs, "; "))
	}
	return nil
}

// soon makes a connection's pending reads and writes fail at once.
func soon(c net.Conn) { c.SetDeadline(time.Unix(1, 0)) }
