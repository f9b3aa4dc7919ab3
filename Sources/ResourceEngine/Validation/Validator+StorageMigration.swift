import Core
import Values

/// StorageVersionMigrations (`pkg/apis/storagemigration/validation`).
extension Validator {
    mutating func storageMigration(_ object: Place) {
        let resource = object["spec"]["resource"]
        if resource["resource"].isEmpty {
            required(resource["resource"], "resource is required to be set")
        } else {
            invalid(resource["resource"], Formats.dns1035Label(resource["resource"].text))
        }
        // The core group has no name.
        if !resource["group"].isEmpty { dnsSubdomain(resource["group"]) }
    }

    mutating func storageMigrationUpdate(_ new: Place, _ old: Place) {
        storageMigration(new)
        metadataUpdate(new["metadata"], old["metadata"])
        immutable(new["spec"], old["spec"])
    }

    /// The revision that the objects are older than is noted once.
    mutating func storageMigrationStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let (revision, before) = (new["status"]["resourceVersion"], old["status"]["resourceVersion"])
        if !revision.isEmpty, UInt64(revision.text) == nil { invalid(revision, "resource version is not well formed: \(revision.text)") }
        if !before.isEmpty, before.text != revision.text { invalid(revision, "field is immutable") }
    }
}
