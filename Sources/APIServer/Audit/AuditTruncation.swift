import JSON
import Values

/// How large events may be, and batches of them. What is too large is sent without its objects, or not at all, as upstream has it.
package struct AuditTruncation: Sendable, Equatable {
    /// Bytes.
    package var event = 102_400
    package var batch = 10_485_760

    package init() {}

    /// The event's bytes as they may be sent; nil when it is too large even without what came and went.
    func fit(_ given: Value, _ bytes: [UInt8]) -> [UInt8]? {
        if bytes.count <= event { return bytes }
        guard ["Request", "RequestResponse"].contains(given["level"]?.string ?? ""), var fields = given.object else { return nil }
        fields.removeAll { $0.key == "requestObject" || $0.key == "responseObject" }
        var annotations = fields["annotations"]?.object ?? Object()
        annotations["audit.k8s.io/truncated"] = "true"
        fields["annotations"] = .object(annotations)
        let shortened = JSONWriter.encode(.object(fields))
        return shortened.count <= event ? shortened : nil
    }
}
