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
        var writer = JSONWriter(reserving: 4096)
        writer.write(raw: "{\"kind\":")
        writer.write(kind.kind)
        writer.write(raw: ",\"apiVersion\":")
        writer.write(kind.apiVersion)
        writer.write(raw: ",\"metadata\":{")
        var slot = writer.count
        var isSlotFound = false
        var isFirst = true
        let metadata = object["metadata"]?.object?.members ?? []
        for position in metadata.indices where !String.isSame(metadata[position].key, "resourceVersion") {
            let name = metadata[position].key
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            // The revision goes behind the uid, where upstream writes it, given that something follows.
            if !isSlotFound, String.isSame(name, "generation") || String.isSame(name, "creationTimestamp") {
                slot = writer.count
                isSlotFound = true
            }
            writer.write(name)
            writer.write(raw: ":")
            writer.write(metadata[position].value)
        }
        writer.write(raw: "}")
        let members = object.object?.members ?? []
        for position in members.indices {
            let name = members[position].key
            if String.isSame(name, "kind") || String.isSame(name, "apiVersion") || String.isSame(name, "metadata") { continue }
            writer.write(raw: ",")
            writer.write(name)
            writer.write(raw: ":")
            writer.write(members[position].value)
        }
        writer.write(raw: "}")
        return EncodedObject(bytes: writer.take(), slot: slot, summary: summary, origin: origin)
    }
}
