import Core
import Synchronization

/// Answers queries: from the cluster's records at once, from elsewhere through the forwarder.
package final class Resolver: Sendable {
    private let zone: Zone
    private let forwarder: Forwarder
    private let records = Mutex(ClusterRecords())
    private let isComplete = Atomic<Bool>(false)

    /// Starts without records; see `update` and `recordsAreComplete`.
    package init(zone: Zone, forwarder: Forwarder) {
        self.zone = zone
        self.forwarder = forwarder
    }

    /// Changes the cluster's records. Any thread.
    package func update(_ change: (inout ClusterRecords) -> Void) { records.withLock { change(&$0) } }

    /// All records are known. Until then a name that is not is a failure, which clients ask again, and not an absence, which they keep.
    package func recordsAreComplete() { isComplete.store(true, ordering: .releasing) }

    private func look(_ question: Question) -> Zone.Answer {
        let answer = records.withLock { zone.answer(question, $0) }
        if case .here(let response) = answer, response.code == .nameError, !isComplete.load(ordering: .acquiring) {
            return .here(Response(code: .serverFailure))
        }
        return answer
    }

    /// What can be answered without waiting, or nil.
    package func answerNow(_ query: Query) -> Response? {
        if case .here(let response) = look(query.question) { return response }
        return nil
    }

    /// The answer in at most `limit` bytes.
    package func answer(_ query: Query, limit: Int) async -> [UInt8] {
        switch look(query.question) {
        case .here(let response): return MessageWriter.response(response, to: query, limit: limit)
        case .alias(let response, let target): return MessageWriter.response(await follow(response, target, query), to: query, limit: limit)
        case .elsewhere:
            guard let answer = try? await forwarder.ask(query) else {
                var failure = Response(code: .serverFailure)
                failure.isAuthoritative = false
                return MessageWriter.response(failure, to: query, limit: limit)
            }
            if answer.bytes.count <= limit { return answer.bytes }
            var short = Response()
            short.isAuthoritative = false
            var bytes = MessageWriter.response(short, to: query, limit: limit)
            bytes[2] |= 0x02
            return bytes
        }
    }

    /// The records of an alias's target behind the alias, through at most eight aliases.
    private func follow(_ first: Response, _ target: DomainName, _ query: Query) async -> Response {
        var response = first
        var next = target
        for _ in 0..<8 {
            var question = query
            question.question.name = next
            switch look(question.question) {
            case .here(let found):
                if found.code == .serverFailure { response.code = .serverFailure }
                response.answers += found.answers
                return response
            case .alias(let found, let further):
                response.answers += found.answers
                next = further
            case .elsewhere:
                guard let found = try? await forwarder.ask(question) else {
                    response.code = .serverFailure
                    return response
                }
                response.answers += found.records
                return response
            }
        }
        response.code = .serverFailure
        return response
    }
}
