import APIServer
import Core
import HTTPTransport
import ResourceEngine
import TestSupport
import Testing

@Suite("Figures of requests", .timeLimit(.minutes(1))) struct RequestMetricsTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"
    private static let common = #"component="apiserver",group="",resource="configmaps""#

    private func lines(_ server: Served) async throws -> [Substring] {
        String(decoding: try await server.send("GET", "/metrics").body, as: UTF8.self).split(separator: "\n")
    }

    @Test func `requests are counted by what they do, dry runs and failures too`() async throws {
        try await withAPIServer { server in
            let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#
            _ = try await server.send("POST", "\(Self.maps)?dryRun=All", body)
            _ = try await server.send("POST", Self.maps, body)
            _ = try await server.send("POST", Self.maps, body)
            _ = try await server.send("GET", "\(Self.maps)/a")
            _ = try await server.send(
                "PATCH", "\(Self.maps)/a?fieldManager=m", body, headers: ["Content-Type": "application/apply-patch+yaml"])
            _ = try await server.send("DELETE", Self.maps)
            let lines = try await lines(server)
            for (code, dryRun, scope, verb) in [
                (201, "All", "namespace", "POST"), (201, "", "namespace", "POST"), (409, "", "namespace", "POST"),
                (200, "", "resource", "GET"),
                (200, "", "resource", "APPLY"), (200, "", "namespace", "DELETECOLLECTION"),
            ] {
                let series =
                    #"apiserver_request_total{code="\#(code)",dry_run="\#(dryRun)",\#(Self.common),scope="\#(scope)",subresource="","#
                    + #"verb="\#(verb)",version="v1"} 1"#
                #expect(lines.contains(series[...]), "\(series)")
            }
            let get = #"\#(Self.common),scope="resource",subresource="",verb="GET",version="v1""#
            #expect(lines.contains(#"apiserver_request_duration_seconds_count{dry_run="",\#(get)} 1"#[...]))
            #expect(lines.contains(#"apiserver_request_sli_duration_seconds_bucket{\#(get),le="+Inf"} 1"#[...]))
            #expect(lines.contains(#"apiserver_response_sizes_bucket{\#(get),le="1000.0"} 1"#[...]))
            #expect(!lines.contains { $0.hasPrefix("apiserver_response_sizes") && $0.contains("POST") })
            #expect(lines.contains { $0.hasPrefix("kubernetes_build_info{") && $0.contains(#"minor="36""#) })
            #expect(lines.contains(#"authentication_attempts{result="success"} 7"#[...]))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a watch counts while it lasts, and its events with their bytes`() async throws {
        try await withAPIServer { server in
            let watch = try await server.client.send(.init("GET", server.target, "\(Self.maps)?watch=true&timeoutSeconds=60"))
            let series = #"apiserver_longrunning_requests{\#(Self.common),scope="namespace",subresource="",verb="WATCH",version="v1"}"#
            #expect(try await lines(server).contains("\(series) 1"))
            _ = try await server.send("POST", Self.maps, #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#)
            _ = try await watch.body.read()
            let events = #"{group="",resource="configmaps",version="v1""#
            // The piece is counted once it has been sent.
            try await poll { try await lines(server).contains("apiserver_watch_events_total\(events)} 1") }
            #expect(try await lines(server).contains("apiserver_watch_events_sizes_bucket\(events),le=\"1024.0\"} 1"))
        }
    }

    @Test func `deprecated versions that are asked for are told, and checks of health counted`() async throws {
        try await withAPIServer { server in
            let before = try await lines(server)
            #expect(!before.contains { $0.hasPrefix("apiserver_requested_deprecated_apis{") })
            _ = try await server.send("GET", "/api/v1/namespaces/default/endpoints")
            let series =
                #"apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1"#
            #expect(try await lines(server).contains(series[...]))
            _ = try await server.send("GET", "/livez")
            _ = try await server.send("GET", "/livez")
            let page = String(decoding: try await server.send("GET", "/metrics/slis").body, as: UTF8.self).split(separator: "\n")
            #expect(page.contains(#"kubernetes_healthcheck{name="ping",type="livez"} 1"#[...]))
            #expect(page.contains(#"kubernetes_healthchecks_total{name="ping",status="success",type="livez"} 2"#[...]))
            #expect(!page.contains { $0.contains("error") })
        }
    }

    @Test func `users are counted by sort, not by name`() {
        let metrics = AuthenticationMetrics()
        metrics.attempted(user: "ada@example.com", .milliseconds(3))
        metrics.attempted(user: "system:serviceaccount:shop:web", .milliseconds(3))
        metrics.attempted(user: nil, .milliseconds(3))
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.contains(#"authenticated_user_requests{username="email_id"} 1"#))
        #expect(lines.contains(#"authenticated_user_requests{username="other"} 1"#))
        #expect(lines.contains(#"authentication_attempts{result="failure"} 1"#))
        #expect(lines.contains(#"authentication_duration_seconds_bucket{result="failure",le="0.004"} 1"#))
    }
}
