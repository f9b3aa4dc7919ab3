import SchemaEngine

/// Puts the schema texts into the binary: one static string each, read in place when the schema is first asked for.
enum SchemaTextsGenerator {
    static func file(_ texts: [SchemaText]) -> String {
        var result = """
            // Generated from Schema/ by SchemaCompiler. Do not edit.
            // swift-format-ignore-file

            /// The schema texts by the names they refer to each other by.
            enum SchemaTexts {
                static let all: [(key: String, text: StaticString)] = [

            """
        for text in texts { result += "        (\"\(text.key)\", \(text.key)),\n" }
        result += "    ]\n"
        for text in texts {
            result += "\n    private static let \(text.key): StaticString = #\"\"\"\n\(String(decoding: text.text, as: UTF8.self))\"\"\"#\n"
        }
        return result + "}\n"
    }
}
