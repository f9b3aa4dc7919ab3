import Glibc
import SchemaEngine

/// Regenerates what is made from `Schema/`, or with `--check` says which checked-in files differ (exit status 1).
/// Runs in the package's root directory.
let arguments = Set(CommandLine.arguments.dropFirst())
let sources = "Schema"
let target = "Sources/KubernetesAPI/Generated"

do {
    let texts = try TextFiles.names(in: sources).filter { $0.hasSuffix(".api") }.map { name in
        SchemaText(key: String(name.dropLast(4)), text: try TextFiles.read("\(sources)/\(name)"))
    }
    let schema = try SchemaTextParser.parse(texts)
    var files = ViewGenerator(schema: schema).files()
    files["SchemaTexts.swift"] = SchemaTextsGenerator.file(texts)

    var differing: [String] = []
    for (name, text) in files.sorted(by: { $0.key < $1.key }) where (try? TextFiles.read("\(target)/\(name)")) != Array(text.utf8) {
        differing.append(name)
        if !arguments.contains("--check") { try TextFiles.write(text, to: "\(target)/\(name)") }
    }
    let stale = try TextFiles.names(in: target).filter { files[$0] == nil }
    for name in stale where !arguments.contains("--check") { try TextFiles.remove("\(target)/\(name)") }
    differing += stale
    print(differing.isEmpty ? "\(files.count) files are up to date" : "differing: \(differing.joined(separator: ", "))")
    exit(arguments.contains("--check") && !differing.isEmpty ? 1 : 0)
} catch {
    print("schema compiler: \(error)")
    exit(2)
}
