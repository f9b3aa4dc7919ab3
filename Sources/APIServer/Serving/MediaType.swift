import HTTPTransport

/// In which form an answer goes out.
struct Representation: Sendable, Hashable {
    enum Encoding: Sendable, Hashable {
        case json, yaml, protobuf
    }
    enum Transform: Sendable, Hashable {
        case none
        case table(version: String)
        case partial
    }

    var encoding = Encoding.json
    var transform = Transform.none
    var isPretty = false

    /// What answers about resources come in, in the order in which a 406 names it.
    static let mediaTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]

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
        var type: String
        var parameters: [String: String]
        var quality: Double
    }

    let elements: [Element]

    init(_ headers: HTTPFields) {
        var elements: [Element] = []
        for text in headers.list("accept") {
            let parts = text.split(separator: ";").map { trimmed($0) }
            guard let type = parts.first else { continue }
            var element = Element(type: type.lowercased(), parameters: [:], quality: 1)
            for part in parts.dropFirst() {
                let sides = part.split(separator: "=", maxSplits: 1)
                guard sides.count == 2 else { continue }
                if sides[0] == "q" {
                    element.quality = Double(sides[1]) ?? 1
                } else {
                    element.parameters[String(sides[0])] = String(sides[1])
                }
            }
            if element.quality > 0 { elements.append(element) }
        }
        // A stable sort: of equals the first stays first.
        self.elements = elements.enumerated().sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element)
    }

    /// The first element that can be served; nil when there is none. No header means JSON. `allowsTransforms` is set for resources,
    /// `allowsProtobuf` for those whose kind has a protobuf form.
    func representation(allowsTransforms: Bool, allowsProtobuf: Bool = false) -> Representation? {
        if elements.isEmpty { return Representation() }
        for element in elements {
            var result = Representation()
            switch element.type {
            case "application/json", "*/*", "application/*": result.encoding = .json
            case "application/yaml": result.encoding = .yaml
            case "application/vnd.kubernetes.protobuf" where allowsProtobuf: result.encoding = .protobuf
            default: continue
            }
            result.isPretty = element.parameters["pretty"] == "1"
            if let form = element.parameters["as"] {
                guard allowsTransforms, element.parameters["g"] == "meta.k8s.io" else { continue }
                switch (form, element.parameters["v"]) {
                case ("Table", let version?) where (version == "v1" || version == "v1beta1") && result.encoding != .protobuf:
                    result.transform = .table(version: version)
                case ("PartialObjectMetadata", "v1"?), ("PartialObjectMetadataList", "v1"?): result.transform = .partial
                default: continue
                }
            }
            return result
        }
        return nil
    }
}
