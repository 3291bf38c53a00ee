package handoff

import (
	"net/http"
	"time"

	"nianbao/fetch/exchange"
)

// exchangeOf is an exchange that brought a plain text.
func exchangeOf(url string, body []byte) *exchange.Exchange {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
	return &exchange.Exchange{Method: "GET", URL: url, Started: t0, Completed: t0.Add(time.Second), RawRequest: []byte("GET / HTTP/1.1\r\n\r\n"),
		RawResponse: append([]byte(head), body...), HeaderLen: len(head), Status: 200, Header: http.Header{}, Payload: body, MediaType: "text/plain", Outcome: exchange.OK}
}
