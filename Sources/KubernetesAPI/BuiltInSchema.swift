import SchemaEngine

/// The schema of every kind that upstream serves by default, from the texts in the binary.
package enum BuiltInSchema {
    /// Read on first use, which takes some milliseconds.
    package static let shared: Schema = {
        let texts = SchemaTexts.all.map { entry in
            SchemaText(key: entry.key, text: entry.text.withUTF8Buffer { Array($0) })
        }
        do { return try SchemaTextParser.parse(texts) } catch { fatalError("a built-in schema text is wrong: \(error)") }
    }()
}
