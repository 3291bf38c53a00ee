package browser

import (
	"strconv"
	"strings"
)

// heapMiB is the most that the scripts of one page may hold; V8 ends the renderer beyond it.
const heapMiB = 384

// flags are the switches the browser is started with. The first group keeps it off every network by itself, wherever it runs:
// the proxy's name, like every other, resolves to nothing, and loopback is not exempt from the proxy.
func flags(opt Options, profile string, root bool) []string {
	f := []string{
		"--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
		"--host-resolver-rules=MAP * ~NOTFOUND",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-sync",
		"--disable-client-side-phishing-detection", "--disable-quic", "--dns-prefetch-disable", "--no-pings",
		"--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--safebrowsing-disable-auto-update", "--metrics-recording-only", "--disable-breakpad", "--disable-crash-reporter",
		"--disable-field-trial-config", "--media-router=0",

		"--headless", "--no-first-run", "--no-default-browser-check", "--disable-default-apps", "--disable-extensions",
		"--disable-gpu", "--mute-audio", "--hide-scrollbars", "--blink-settings=imagesEnabled=false", "--password-store=basic",
		"--use-mock-keychain", "--disable-dev-shm-usage", "--disable-notifications", "--deny-permission-prompts",
		"--block-new-web-contents", "--disable-file-system", "--disable-remote-fonts",
		"--disable-speech-api", "--disable-databases",
		"--renderer-process-limit=1", "--js-flags=--max-old-space-size=" + strconv.Itoa(heapMiB),
		// frames stay in the page's process, so that their requests are paused with the page's
		"--disable-site-isolation-trials",
		"--disable-features=" + strings.Join([]string{
			"IsolateOrigins", "SitePerProcess", "site-per-process", "MediaRouter", "DialMediaRouteProvider", "OptimizationHints",
			"Translate", "AutofillServerCommunication", "InterestFeedContentSuggestions", "CertificateTransparencyComponentUpdater",
			"Prerender2", "WebRtcHideLocalIpsWithMdns", "SpeculationRulesPrefetchFuture", "AsyncDns", "DnsOverHttpsUpgrade", "WebTransport", "NetworkTimeServiceQuerying",
			"HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "PrivacySandboxSettings4", "BackForwardCache",
		}, ","),
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
		"--window-size=1366,2400", "--lang=zh-CN", "--remote-debugging-pipe", "--user-data-dir=" + profile,
	}
	if opt.UserAgent != "" {
		f = append(f, "--user-agent="+opt.UserAgent)
	}
	if root {
		f = append(f, "--no-sandbox") // Chromium's own sandbox refuses to run as root
	}
	return append(f, "about:blank")
}
