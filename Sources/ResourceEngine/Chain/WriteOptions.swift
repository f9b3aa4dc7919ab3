import Core
import JSON
import Values

/// Which options of writes are allowed (`metav1.CreateOptions` and its like).
package enum WriteOptions {
    /// Throws `APIError` (422) that names the options; `kind` is the options' kind, `dryRun` what else than "All" was asked for as a trial.
    package static func validate(
        _ options: APIRequest.Options, kind: String, patchType: PatchType? = nil, dryRun: [String] = []
    ) throws {
        var causes: [APIError.Cause] = []
        if kind == "PatchOptions" {
            if patchType == .apply {
                if options.fieldManager.isEmpty {
                    causes.append(
                        .init(reason: "FieldValueRequired", message: "Required value: is required for apply patch", field: "fieldManager"))
                }
            } else if options.force {
                causes.append(
                    .init(reason: "FieldValueForbidden", message: "Forbidden: may not be specified for non-apply patch", field: "force"))
            }
        }
        if options.fieldManager.utf8.count > 128 {
            causes.append(
                .init(
                    reason: "FieldValueTooLong", message: "Too long: may not be more than 128 bytes", field: "fieldManager"))
        }
        var position = 0
        for character in options.fieldManager.unicodeScalars {
            defer { position += String(character).utf8.count }
            guard !Self.isPrintable(character) else { continue }
            let code = String(character.value, radix: 16, uppercase: true)
            let shown = Validator.quoted(options.fieldManager)
            causes.append(
                .init(
                    reason: "FieldValueInvalid",
                    message:
                        "Invalid value: \(shown): invalid character U+\(String(repeating: "0", count: max(0, 4 - code.utf8.count)))\(code) "
                        + "(at position \(position))", field: "fieldManager"))
        }
        if !dryRun.isEmpty { causes.append(unknownTrial(dryRun)) }
        if !["", "Ignore", "Strict", "Warn"].contains(options.fieldValidation) {
            causes.append(
                .init(
                    reason: "FieldValueNotSupported",
                    message: "Unsupported value: \"\(options.fieldValidation)\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                    field: "fieldValidation"))
        }
        guard causes.isEmpty else { throw APIError.invalid(GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: kind), "", causes) }
    }

    /// A word other than "All" is refused, so that nobody's trial is carried out.
    package static func unknownTrial(_ words: [String]) -> APIError.Cause {
        let shown = JSONWriter.string(.array(words.map { .string($0) }))
        return .init(
            reason: "FieldValueNotSupported", message: "Unsupported value: \(shown): supported values: \"All\"", field: "dryRun")
    }

    /// Whether Go takes a character for one that is seen.
    private static func isPrintable(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: character == " "
        default: true
        }
    }

    /// The options of a deletion.
    static func validateDelete(_ options: APIRequest.Options) throws {
        guard ["", "Foreground", "Background", "Orphan"].contains(options.propagationPolicy) else {
            throw APIError.invalid(
                GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: "DeleteOptions"), "",
                [
                    .init(
                        reason: "FieldValueNotSupported",
                        message:
                            "Unsupported value: \"\(options.propagationPolicy)\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                        field: "propagationPolicy")
                ])
        }
    }
}
