import HTTPTransport

/// In which form an answer goes out.
struct Representation: Sendable, Hashable {
    enum Encoding: Sendable, Hashable {
        case json, yaml, protobuf
    }
    enum Transform: Sendable, Hashable {
        case none
        case table(version: String)
        /// `isList`: what was asked for is a PartialObjectMetadataList.
        case partial(version: String, isList: Bool)
    }

    var encoding = Encoding.json
    var transform = Transform.none
    var isPretty = false

    /// What answers about resources come in, in the order in which a 406 names it.
    static let mediaTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]
    /// What watches come in.
    static let streamTypes = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"]

    var contentType: String {
        switch encoding {
        case .json: Self.mediaTypes[0]
        case .yaml: Self.mediaTypes[1]
        case .protobuf: Self.mediaTypes[2]
        }
    }
}

/// The elements of an Accept header, best first.
struct AcceptHeader: Sendable {
    struct Element: Sendable {
        /// As it was written: the router tells capitals apart.
        var type: String
        var parameters: [String: String]
        var quality: Double
        /// Whether another form of the object is asked for, such as a Table.
        var isTransformed: Bool { ["as", "g", "v"].contains { parameters[$0] != nil } }
    }

    let elements: [Element]
    /// Nothing is asked for, so that everything will do.
    private let isAbsent: Bool

    init(_ headers: HTTPFields) {
        var elements: [Element] = []
        let texts = headers.list("accept")
        for text in texts {
            let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0) }
            var element = Element(type: parts[0], parameters: [:], quality: 1)
            for part in parts.dropFirst() {
                let sides = part.split(separator: "=", maxSplits: 1)
                guard sides.count == 2 else { continue }
                if sides[0] == "q" {
                    element.quality = Double(sides[1]) ?? 1
                } else {
                    element.parameters[String(sides[0])] = String(sides[1])
                }
            }
            elements.append(element)
        }
        isAbsent = texts.isEmpty
        // A stable sort: of equals the first stays first.
        self.elements = elements.enumerated().sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element)
    }

    /// Whether one of these types is asked for by its name, or any at all.
    func names(_ types: [String]) -> Bool { isAbsent || elements.contains { $0.type == "*/*" || types.contains($0.type) } }

    private static func encoding(_ type: String) -> Representation.Encoding? {
        switch type.lowercased() {
        case "application/json", "*/*", "application/*": .json
        case "application/yaml": .yaml
        case "application/vnd.kubernetes.protobuf": .protobuf
        default: nil
        }
    }

    /// The form that a failure is told in: the first element that names one, without regard to Tables and their like; nil when there is none.
    var failureForm: Representation? {
        for element in elements {
            guard let encoding = Self.encoding(element.type), !element.isTransformed else { continue }
            return Representation(encoding: encoding, isPretty: element.parameters["pretty"] == "1")
        }
        return nil
    }

    /// The form that an answer about resources goes out in. First the router looks whether any type is one it has (that of custom
    /// resources does not), then the parameters decide. `isList`: the path is one of lists and watches. Throws 406.
    func negotiated(isList: Bool, allowsProtobuf: Bool) throws -> Representation {
        if isAbsent { return Representation() }
        guard !allowsProtobuf || names(Representation.mediaTypes) else {
            throw ErrorResponse.notAcceptable(Representation.mediaTypes + (isList ? Representation.streamTypes : []))
        }
        for element in elements {
            guard let encoding = Self.encoding(element.type), allowsProtobuf || encoding != .protobuf else { continue }
            if let stream = element.parameters["stream"], stream != "watch" || encoding == .yaml { continue }
            guard let transform = Self.transform(element, encoding) else { continue }
            return Representation(encoding: encoding, transform: transform, isPretty: element.parameters["pretty"] == "1")
        }
        throw ErrorResponse.onlyAccepted(Representation.mediaTypes)
    }

    private static func transform(_ element: Element, _ encoding: Representation.Encoding) -> Representation.Transform? {
        guard element.isTransformed else { return Representation.Transform.none }
        guard element.parameters["g"] == "meta.k8s.io", let version = element.parameters["v"], version == "v1" || version == "v1beta1"
        else {
            return nil
        }
        switch element.parameters["as"] {
        case "Table" where encoding != .protobuf: return .table(version: version)
        case "PartialObjectMetadata": return .partial(version: version, isList: false)
        case "PartialObjectMetadataList": return .partial(version: version, isList: true)
        default: return nil
        }
    }

    /// The form of a discovery document. Throws 406.
    func negotiatedDocument(isRouted: Bool) throws -> Representation {
        if isAbsent { return Representation() }
        guard !isRouted || names(Representation.mediaTypes) else { throw ErrorResponse.notAcceptable(Representation.mediaTypes) }
        for element in elements {
            guard let encoding = Self.encoding(element.type), !element.isTransformed else { continue }
            return Representation(encoding: encoding, isPretty: element.parameters["pretty"] == "1")
        }
        throw ErrorResponse.onlyAccepted(Representation.mediaTypes)
    }
}
