/// A number that says what a record holds (RFC 1035 and later).
package struct RecordType: Hashable, Sendable, RawRepresentable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let a = Self(rawValue: 1)
    package static let ns = Self(rawValue: 2)
    package static let cname = Self(rawValue: 5)
    package static let soa = Self(rawValue: 6)
    package static let ptr = Self(rawValue: 12)
    package static let txt = Self(rawValue: 16)
    package static let aaaa = Self(rawValue: 28)
    package static let srv = Self(rawValue: 33)
    package static let opt = Self(rawValue: 41)
    package static let any = Self(rawValue: 255)
}

package enum ResponseCode: UInt8, Sendable {
    case noError = 0
    case formatError = 1
    case serverFailure = 2
    case nameError = 3
    case notImplemented = 4
    case refused = 5
}

package struct Question: Hashable, Sendable {
    package var name: DomainName
    package var type: RecordType
    package var recordClass: UInt16 = 1

    package init(_ name: DomainName, _ type: RecordType, recordClass: UInt16 = 1) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }
}

/// A record of a type that the cluster's zone has; those of other types pass through as bytes.
package struct Record: Hashable, Sendable {
    package enum Data: Hashable, Sendable {
        case address([UInt8])
        case name(RecordType, DomainName)
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName)
        case text(String)
        case authority(
            server: DomainName, contact: DomainName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32, minimum: UInt32)
    }

    package var name: DomainName
    package var ttl: UInt32
    package var data: Data

    package init(_ name: DomainName, ttl: UInt32, _ data: Data) {
        self.name = name
        self.ttl = ttl
        self.data = data
    }

    package var type: RecordType {
        switch data {
        case .address(let bytes): bytes.count == 4 ? .a : .aaaa
        case .name(let type, _): type
        case .service: .srv
        case .text: .txt
        case .authority: .soa
        }
    }
}

/// What a client asked.
package struct Query: Hashable, Sendable {
    package var id: UInt16
    package var question: Question
    package var recursionDesired: Bool
    /// The most bytes a datagram to the client may have; 512 without EDNS.
    package var datagramLimit = 512
    package var hasEDNS = false
    package var wantsDNSSEC = false

    package init(id: UInt16, question: Question, recursionDesired: Bool = true) {
        self.id = id
        self.question = question
        self.recursionDesired = recursionDesired
    }
}

/// What the server answers from its own zone.
package struct Response: Hashable, Sendable {
    package var code = ResponseCode.noError
    package var isAuthoritative = true
    package var answers: [Record] = []
    package var authority: [Record] = []
    package var additional: [Record] = []

    package init(code: ResponseCode = .noError) { self.code = code }
}
