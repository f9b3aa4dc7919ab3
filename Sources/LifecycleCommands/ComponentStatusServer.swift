import Core
import HTTPTransport
import Linux
import Logging
import Reconcile

/// `/healthz`, `/livez`, `/readyz` and `/metrics` of a component in a process of its own: plain HTTP on the loopback address.
struct ComponentStatusServer: HTTPHandler {
    /// The figures in Prometheus' text format, beside those of the process.
    let metrics: @Sendable () -> String

    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async {
        switch request.path {
        case "/healthz", "/livez", "/readyz": responder.respond(.text(200, "ok"))
        case "/metrics":
            responder.respond(
                HTTPResponse(
                    status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                    body: Array((metrics() + EventRecorder.metricsText + ProcessUsage.now().metricsText).utf8)))
        default: responder.respond(.text(404, "404 page not found\n"))
        }
    }

    /// Serves while `body` runs; a port of 0 serves nothing.
    func serve(port: Int, logger: Logger, while body: () async throws -> Void) async throws {
        guard port > 0 else { return try await body() }
        let server = try HTTPServer(handler: self, tls: nil, logger: logger)
        _ = try await server.listen(host: "127.0.0.1", port: port)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        await server.shutdown(grace: .milliseconds(100))
        try outcome.get()
    }
}
