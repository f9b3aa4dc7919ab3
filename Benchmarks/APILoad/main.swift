import Core
import Glibc
import HTTPTransport
import Values

// Measures an API server from outside, over TLS, with any number of clients:
//     APILoad KUBECONFIG WHAT CLIENTS SECONDS
// It works against any Kubernetes API server, so that two can be compared in one run (Benchmarks/Compare). Prints one JSON line. WHAT is
//     create, pods   makes ConfigMaps of 1 KiB, or pods
//     custom         makes objects of a custom resource with a rule in CEL
//     get            reads one ConfigMap
//     list-json, list-protobuf, list-metadata, list-table   lists the pods that `fill` made
//     list-page      the first 500 of them
//     apply          applies a Deployment server-side, each client its own, a value of it changed every time
//     watch          CLIENTS watches; ten batches of a hundred pods' changes; how long until everyone has seen a batch
//     fill           makes CLIENTS pods to list
// All is in namespace `load`, which is made.

let arguments = CommandLine.arguments
guard arguments.count == 5, let clients = Int(arguments[3]), let seconds = Double(arguments[4]) else {
    print("usage: APILoad KUBECONFIG WHAT CLIENTS SECONDS (what there is stands at the top of main.swift)")
    exit(2)
}
let load = try Load(kubeconfig: arguments[1], connections: clients)
try await load.prepare()
switch arguments[2] {
case "fill": try await load.fill(clients)
case "watch": print(try await Fanout(load: load, watchers: clients).run())
case "custom":
    try await load.define()
    print(try await load.measure("custom", clients: clients, seconds: seconds))
case let what: print(try await load.measure(what, clients: clients, seconds: seconds))
}
