import Core
import JSON
import SchemaEngine
import Store
import Values

/// Writes an object as the store keeps it: `kind`, `apiVersion` and `metadata` first, without `metadata.resourceVersion`, whose place is told.
/// The object is in canonical form (`ObjectDecoder`), so that equal objects have equal bytes.
package enum ObjectEncoder {
    /// The text with which every stored object of a kind begins.
    package static func typePrefix(_ kind: GroupVersionKind) -> [UInt8] {
        Array("{\"kind\":\"\(kind.kind)\",\"apiVersion\":\"\(kind.apiVersion)\",".utf8)
    }

    package static func encode(_ object: Value, _ kind: GroupVersionKind, _ summary: ObjectSummary?, origin: EncodedObject.Origin? = nil)
        -> EncodedObject
    {
        var writer = JSONWriter(reserving: 2048)
        writer.write(raw: typePrefix(kind))
        writer.write(raw: "\"metadata\":{")
        var slot = writer.bytes.count
        var isSlotFound = false
        var isFirst = true
        for member in object["metadata"]?.object ?? Object() where member.key != "resourceVersion" {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            // The revision goes behind the uid, where upstream writes it, given that something follows.
            if !isSlotFound, member.key == "generation" || member.key == "creationTimestamp" {
                slot = writer.bytes.count
                isSlotFound = true
            }
            writer.write(member.key)
            writer.write(raw: ":")
            writer.write(member.value)
        }
        writer.write(raw: "}")
        for member in object.object ?? Object() where !["kind", "apiVersion", "metadata"].contains(member.key) {
            writer.write(raw: ",")
            writer.write(member.key)
            writer.write(raw: ":")
            writer.write(member.value)
        }
        writer.write(raw: "}")
        return EncodedObject(bytes: writer.bytes, slot: slot, summary: summary, origin: origin)
    }
}
