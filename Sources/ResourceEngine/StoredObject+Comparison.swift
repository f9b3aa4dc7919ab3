import Store

extension StoredObject {
    /// Whether this is what `encoded` would be stored as: a write of it would change nothing.
    func holds(_ encoded: EncodedObject) -> Bool {
        guard slot == encoded.slot else { return false }
        let rest = bytes.count - encoded.bytes.count
        guard rest > 0, bytes[..<slot] == encoded.bytes[..<slot] else { return false }
        return bytes[(slot + rest)...].elementsEqual(encoded.bytes[slot...])
    }
}
