import APIServer
import Client
import Core
import HTTPTransport
import Identity
import JSON
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct WebhookTokenTests {
    private let clock = ManualClock()

    private func webhook(_ server: ReviewServer, _ kubeconfig: Value? = nil, version: String = "v1") throws -> WebhookTokens {
        let access = try ClusterAccess(kubeconfig ?? server.kubeconfig()) { _ in [] }
        return WebhookTokens(
            try ReviewService(access, timeout: .seconds(20), pause: .zero, clock: clock), version: version, apiAudiences: ["api"],
            clock: clock)
    }

    /// Why a token is refused; nil when it is let in.
    private func refusal(_ tokens: WebhookTokens, _ token: String) async -> String? {
        do {
            let found = try await tokens.authenticate(token: token, audiences: [])
            return found == nil ? "nobody's" : nil
        } catch { return "\(error)" }
    }

    private static let ada: Value = [
        "authenticated": true,
        "user": ["username": "ada", "uid": "7", "groups": ["a", "b"], "extra": ["example.org/x": ["1", "2"]]],
    ]

    @Test func `the service is asked once for a token, and its answer believed for two minutes`() async throws {
        let server = try await ReviewServer()
        server.answer { review in (200, review[path: "spec", "token"] == "good" ? Self.ada : ["authenticated": false]) }
        let tokens = try webhook(server)
        for _ in 0..<3 {
            let found = try await tokens.authenticate(token: "good", audiences: [])
            #expect(found?.user.name == "ada")
            #expect(found?.user.uid == "7")
            #expect(found?.user.groups == ["a", "b"])
            #expect(found?.user.extra == ["example.org/x": ["1", "2"]])
            #expect(found?.audiences == ["api"])
            #expect(await refusal(tokens, "bad") == "nobody's")
        }
        #expect(server.asked.count == 2)
        #expect(server.asked[0]["apiVersion"] == "authentication.k8s.io/v1")
        #expect(server.asked[0]["spec"] == ["token": "good", "audiences": ["api"]])
        #expect(server.lastAuthorization == "")
        clock.advance(by: .seconds(121))
        #expect(await refusal(tokens, "good") == nil)
        #expect(server.asked.count == 3)
        let text = tokens.metricsText
        #expect(text.contains("authentication_token_cache_request_total{status=\"hit\"} 4\n"))
        #expect(text.contains("authentication_token_cache_request_total{status=\"miss\"} 3\n"))
        #expect(text.contains("authentication_token_cache_fetch_total{status=\"ok\"} 3\n"))
        await server.shutdown()
    }

    @Test func `questions about one token at a time are one question`() async throws {
        let server = try await ReviewServer()
        let gate = AsyncStream<Void>.makeStream()
        server.answer { _ in
            for await _ in gate.stream { break }
            return (200, Self.ada)
        }
        let tokens = try webhook(server)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<10 { group.addTask { try await tokens.authenticate(token: "good", audiences: [])?.user.name } }
            gate.continuation.finish()
            for try await name in group { #expect(name == "ada") }
        }
        #expect(server.asked.count == 1)
        await server.shutdown()
    }

    @Test func `audiences are those that were asked for and are vouched for`() async throws {
        let server = try await ReviewServer()
        let tokens = try webhook(server)
        server.answer { _ in (200, Self.ada) }
        #expect(try await tokens.authenticate(token: "t", audiences: ["other"]) == nil)
        #expect(try await tokens.authenticate(token: "t", audiences: ["other", "api"])?.audiences == ["api"])
        server.answer { _ in
            var status = Self.ada
            status["audiences"] = ["other"]
            return (200, status)
        }
        #expect(try await tokens.authenticate(token: "u", audiences: ["other", "third"])?.audiences == ["other"])
        #expect(try await tokens.authenticate(token: "u", audiences: []) == nil)
        await server.shutdown()
    }

    @Test func `a failure refuses, and is not remembered`() async throws {
        let server = try await ReviewServer()
        let tokens = try webhook(server)
        server.answer { _ in (200, ["authenticated": false, "error": "no such person"]) }
        #expect(await refusal(tokens, "t") == "no such person")
        server.answer { _ in (404, .null) }
        #expect(await refusal(tokens, "t")?.contains("could not find") == true)
        #expect(server.asked.count == 2, "a definite failure is not asked again")
        server.answer { _ in (500, .null) }
        #expect(await refusal(tokens, "t") != nil)
        #expect(server.asked.count == 7, "one of the moment is, five times in all")
        let failures = Mutex(3)
        server.answer { _ in
            let isOver = failures.withLock { left in
                left -= 1
                return left < 0
            }
            return isOver ? (200, Self.ada) : (429, .null)
        }
        #expect(await refusal(tokens, "t") == nil)
        #expect(server.asked.count == 11)
        await server.shutdown()
        #expect(await refusal(tokens, "t") == nil, "known still")
        #expect(await refusal(tokens, "other")?.contains("connection refused") == true)
    }

    @Test func `the service must prove itself, and the API server does`() async throws {
        let server = try await ReviewServer()
        server.answer { _ in (200, Self.ada) }
        let stranger = try CertificateAuthority(commonName: "stranger", now: SystemClock().now)
        let wrong = try webhook(server, server.kubeconfig(authority: stranger.certificatePEM))
        #expect(await refusal(wrong, "t")?.contains("certificate") == true)
        #expect(server.asked.isEmpty)
        let certified = try webhook(server)
        #expect(await refusal(certified, "t") == nil)
        #expect(server.showedCertificate)
        let bearer = try webhook(server, server.kubeconfig(token: "me"), version: "v1beta1")
        #expect(await refusal(bearer, "t") == nil)
        #expect(server.lastAuthorization == "Bearer me")
        #expect(server.asked.last?["apiVersion"] == "authentication.k8s.io/v1beta1")
        let elsewhere = try webhook(server, server.kubeconfig(path: "/elsewhere"))
        #expect(await refusal(elsewhere, "t")?.contains("could not find") == true)
        await server.shutdown()
    }
}
