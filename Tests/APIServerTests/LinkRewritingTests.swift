import APIServer
import Testing

@Suite struct LinkRewritingTests {
    private let links = LinkRewriting(prefix: "/api/v1/namespaces/a/pods/b:80/proxy")

    @Test(arguments: [
        (#"<a href="/x">/y</a>"#, #"<a href="/api/v1/namespaces/a/pods/b:80/proxy/x">/y</a>"#),
        (#"<IMG alt='/x' SRC='/y.png'>"#, #"<IMG alt='/x' SRC='/api/v1/namespaces/a/pods/b:80/proxy/y.png'>"#),
        (#"<a href="z">"#, #"<a href="z">"#), (#"<a href="//other/z">"#, #"<a href="//other/z">"#),
        (#"<p data-x="/1">1 < 2 href="/no""#, #"<p data-x="/1">1 < 2 href="/no""#), (#"<a href="/unended"#, #"<a href="/unended"#),
    ])
    func `Links to the server lead through the proxy, everything else stays`(page: String, expected: String) {
        #expect(String(decoding: links.page(Array(page.utf8)), as: UTF8.self) == expected)
    }

    @Test func `Redirects within the server lead through the proxy`() {
        #expect(links.address("/login") == "/api/v1/namespaces/a/pods/b:80/proxy/login")
        #expect(links.address("https://example.com/") == "https://example.com/")
    }
}
