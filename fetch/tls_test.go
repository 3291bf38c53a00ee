package fetch

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nianbao/fetch/exchange"
)

const secure = "https://www.yongning.gov.cn/"

// authority is a certificate authority of the tests' own.
type authority struct {
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key}
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

func (a *authority) issue(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &a.key.PublicKey, a.key) // one key serves all
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}
}

// raw serves connections with serve and counts them.
func raw(t *testing.T, serve func(net.Conn)) (addr string, conns *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	conns = &atomic.Int64{}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Add(1)
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return l.Addr().String(), conns
}

// secured is a server with a TLS configuration of its own.
func secured(t *testing.T, cfg *tls.Config) (addr string, conns *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conns = &atomic.Int64{}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>年报</html>") }), ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		}}
	go srv.Serve(tls.NewListener(l, cfg))
	t.Cleanup(func() { srv.Close() })
	return l.Addr().String(), conns
}

func TestTLS(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	good := ca.issue(t, "www.yongning.gov.cn", time.Now().Add(time.Hour))
	for _, tt := range []struct {
		name    string
		cfg     *tls.Config
		version string
		note    []string // all in the note; none: it must be empty
		dials   int64    // for three fetches
	}{
		{"modern", &tls.Config{Certificates: []tls.Certificate{good}}, "TLS 1.3", nil, 2},
		{"TLS 1.2", &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS12}, "TLS 1.2", nil, 2},
		{"RSA key exchange", &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, "TLS 1.2", []string{"rsa key exchange"}, 3},
		{"3DES", &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}}, "TLS 1.2", []string{"rsa key exchange", "weak cipher"}, 3},
		{"TLS 1.0", &tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, "TLS 1.0", []string{"old version TLS 1.0"}, 3},
		{"a chain nobody knows", &tls.Config{Certificates: []tls.Certificate{stranger.issue(t, "www.yongning.gov.cn", time.Now().Add(time.Hour))}}, "TLS 1.3", []string{"chain not verified"}, 2},
		{"expired", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "www.yongning.gov.cn", time.Now().Add(-time.Hour))}}, "TLS 1.3", []string{"chain not verified", "expired"}, 2},
		{"another's name", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "www.other.gov.cn", time.Now().Add(time.Hour))}}, "TLS 1.3", []string{"hostname not verified", "www.other.gov.cn"}, 2},
		{"old, and another's name", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "www.other.gov.cn", time.Now().Add(time.Hour))}, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_256_CBC_SHA}},
			"TLS 1.2", []string{"rsa key exchange", "hostname not verified"}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, conns := secured(t, tt.cfg)
			f := fetcherTo(t, addr, func(o *Options) { o.RootCAs = ca.pool() })
			for i := range 3 { // the second goes over the same connection, the third knows what the first has learnt
				if i == 2 {
					f.Close()
				}
				ex := get(t, f, secure)
				if ex.Outcome != exchange.OK || ex.TLSVersion != tt.version {
					t.Fatalf("%s, %q: %v", ex.Outcome, ex.TLSVersion, ex.Err)
				}
				for _, want := range tt.note {
					if !strings.Contains(ex.TLSNote, want) {
						t.Errorf("note %q lacks %q", ex.TLSNote, want)
					}
				}
				if len(tt.note) == 0 && ex.TLSNote != "" {
					t.Errorf("note %q", ex.TLSNote)
				}
			}
			if n := conns.Load(); n != tt.dials {
				t.Errorf("%d connections, want %d", n, tt.dials)
			}
		})
	}
}

// helloThen reads a ClientHello and answers with these octets.
func helloThen(answer string) func(net.Conn) {
	return func(c net.Conn) {
		head := make([]byte, 5)
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		io.CopyN(io.Discard, c, int64(head[3])<<8|int64(head[4]))
		io.WriteString(c, answer)
	}
}

func TestTLSFailures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer string
		says   []string
	}{
		{"no suite in common", "\x15\x03\x03\x00\x02\x02\x28", []string{"国密", "handshake failure"}},
		{"no version in common", "\x15\x03\x01\x00\x02\x02\x46", []string{"国密"}},
		{"TLCP alone, by its alert", "\x15\x01\x01\x00\x02\x02\x28", []string{"only 国密 TLCP", "GB/T 38636"}},
		{"TLCP alone, by its hello", "\x16\x01\x01\x00\x04\x02\x00\x00\x00", []string{"only 国密 TLCP"}},
		{"plain HTTP on the port", "HTTP/1.1 400 Bad Request\r\n\r\n", []string{"TLS"}},
		{"nothing but the end", "", []string{"ended the handshake"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, conns := raw(t, helloThen(tt.answer))
			ex := get(t, fetcherTo(t, addr), secure)
			if ex.Outcome != exchange.TLS || ex.Status != 0 || ex.Err == nil {
				t.Fatalf("%s: %v", ex.Outcome, ex.Err)
			}
			for _, s := range tt.says {
				if !strings.Contains(ex.Err.Error(), s) {
					t.Errorf("%q lacks %q", ex.Err, s)
				}
			}
			if n := conns.Load(); n != 2 {
				t.Errorf("%d connections", n)
			}
		})
	}
	silent, _ := raw(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	f := fetcherTo(t, silent, func(o *Options) { o.HandshakeTimeout = 50 * time.Millisecond })
	if ex := get(t, f, secure); ex.Outcome != exchange.Timeout {
		t.Errorf("a handshake that never ends: %s %v", ex.Outcome, ex.Err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if ex := f.Do(ctx, Request{URL: secure}); ex.Outcome != exchange.Timeout {
		t.Errorf("cancelled: %s %v", ex.Outcome, ex.Err)
	}
}

func TestTLSMemoryIsBounded(t *testing.T) {
	m := &tlsMemory{legacy: map[string]bool{}}
	for i := range tlsMost + 5 {
		m.learn(fmt.Sprint(i))
	}
	if len(m.legacy) > tlsMost || !m.needsOld(fmt.Sprint(tlsMost+4)) {
		t.Errorf("%d servers are remembered", len(m.legacy))
	}
}
