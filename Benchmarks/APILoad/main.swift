import Core
import Glibc
import HTTPTransport
import JSON
import Synchronization
import Values
import YAML

// Measures an API server from outside, over TLS, with any number of clients:
//     APILoad KUBECONFIG create|get CLIENTS SECONDS
// `create` makes ConfigMaps of 1 KiB in namespace `load`, `get` reads one of them. Prints one JSON line. It works against
// any Kubernetes API server, so that two can be compared in one run.

let arguments = CommandLine.arguments
guard arguments.count == 5, let clients = Int(arguments[3]), let seconds = Double(arguments[4]) else {
    print("usage: APILoad KUBECONFIG create|get CLIENTS SECONDS")
    exit(2)
}
let config = try YAMLParser.parse(contents(of: arguments[1]))
let cluster = config["clusters"]?.array?.first?["cluster"]
let user = config["users"]?.array?.first?["user"]
let server = (cluster?["server"]?.string ?? "").replacing("https://", with: "").split(separator: ":").map(String.init)
let target = HTTPClient.Target.tcp(host: server[0], port: Int(server[1]) ?? 443)
let client = try HTTPClient(
    tls: ClientTLS(
        authorities: try Base64.decode(cluster?["certificate-authority-data"]?.string ?? ""),
        certificateChain: try Base64.decode(user?["client-certificate-data"]?.string ?? ""),
        privateKey: try Base64.decode(user?["client-key-data"]?.string ?? "")), idleConnections: clients)

let payload = String(repeating: "x", count: 1024)
let run = "r\(getpid())"

func contents(of path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw APIError.badRequest("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

@Sendable func send(_ method: String, _ path: String, _ body: Value? = nil) async throws -> HTTPResponse {
    let bytes = body.map { JSONWriter.encode($0) } ?? []
    return try await client.fetch(
        HTTPClient.Request(method, target, path, headers: ["Content-Type": "application/json"], body: bytes))
}

@Sendable func configMap(_ name: String) -> Value {
    ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["key": .string(payload)]]
}

_ = try await send("POST", "/api/v1/namespaces", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "load"]])
_ = try await send("POST", "/api/v1/namespaces/load/configmaps", configMap("\(run)-first"))

let clock = ContinuousClock()
let end = clock.now + .seconds(seconds)
let isCreate = arguments[2] == "create"
let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
    for number in 0..<clients {
        group.addTask {
            var times: [Duration] = []
            while clock.now < end {
                let start = clock.now
                let response =
                    isCreate
                    ? try await send("POST", "/api/v1/namespaces/load/configmaps", configMap("\(run)-\(number)-\(times.count)"))
                    : try await send("GET", "/api/v1/namespaces/load/configmaps/\(run)-first")
                guard response.status < 300 else {
                    throw APIError.internalError(String(decoding: response.body, as: UTF8.self))
                }
                times.append(clock.now - start)
            }
            return times
        }
    }
    var all: [Duration] = []
    for try await times in group { all += times }
    return all
}
let sorted = latencies.sorted()
func milliseconds(_ share: Double) -> Value { .double((sorted[Int(Double(sorted.count - 1) * share)].seconds * 1e5).rounded() / 100) }
print(
    JSONWriter.string([
        "what": .string(arguments[2]), "clients": .int(Int64(clients)), "perSecond": .int(Int64(Double(sorted.count) / seconds)),
        "p50ms": milliseconds(0.5), "p99ms": milliseconds(0.99),
    ]))
