import Core
import Testing
import Values

@Suite struct ValidationRuleTests {
    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: pools.stable.example.com}
        spec:
          group: stable.example.com
          scope: Namespaced
          names: {plural: pools, singular: pool, kind: Pool}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                x-kubernetes-validations:
                - rule: self.metadata.name.startsWith('pool-')
                properties:
                  spec:
                    type: object
                    required: [min, max]
                    x-kubernetes-validations:
                    - {rule: self.min <= self.max, messageExpression: "'min %d is above max %d'.format([self.min, self.max])", fieldPath: .min}
                    - {rule: 'self.max / self.step > 0', message: there must be room for a step}
                    properties:
                      min: {type: integer}
                      max: {type: integer}
                      step: {type: integer, default: 1}
                      image:
                        type: string
                        maxLength: 50
                        x-kubernetes-validations:
                        - {rule: self == oldSelf, message: image cannot be changed, reason: FieldValueForbidden}
                      hosts:
                        type: array
                        maxItems: 10
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items:
                          type: object
                          required: [name]
                          properties: {name: {type: string, maxLength: 63}, ip: {type: string, maxLength: 40}}
                          x-kubernetes-validations:
                          - {rule: "!has(self.ip) || isIP(self.ip)"}
                          - {rule: self.ip == oldSelf.ip, message: ip is fixed}
        """

    private func pool(_ spec: Value, name: String = "pool-a") -> Value { ["metadata": ["name": .string(name)], "spec": spec] }

    @Test("rules are asked once the schema is content, and answer with their messages")
    func rules() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(Self.definition)
        func causes(_ body: Value) async throws -> [String] {
            try await cluster.causes { _ = try await cluster.perform(.create, "pools", body: body) { $0.options.isDryRun = true } }
        }
        #expect(try await causes(pool(["min": 1, "max": 2])) == [])
        #expect(try await causes(pool(["min": 3, "max": 2])) == ["spec.min: Invalid value: min 3 is above max 2"])
        #expect(
            try await causes(pool(["min": 1, "max": 2], name: "a")) == [
                "<nil>: Invalid value: failed rule: self.metadata.name.startsWith('pool-')"
            ])
        #expect(
            try await causes(pool(["min": 1, "max": 2, "step": 0])) == [
                "spec: Invalid value: \"object\": division by zero evaluating rule: there must be room for a step"
            ])
        #expect(
            try await causes(pool(["min": 1, "max": 2, "hosts": [["name": "h", "ip": "x"]]])) == [
                "spec.hosts[0]: Invalid value: failed rule: !has(self.ip) || isIP(self.ip)"
            ])
        #expect(
            try await causes(pool(["min": 1])) == [
                "spec.max: Required value",
                "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to "
                    + "complete validation",
            ])
        await cluster.cluster.close()
    }

    @Test("transition rules compare with what was there, list items by their keys")
    func transitions() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(Self.definition)
        _ = try await cluster.perform(
            .create, "pools",
            body: pool(["min": 1, "max": 2, "image": "a", "hosts": [["name": "h", "ip": "10.0.0.1"], ["name": "i", "ip": "10.0.0.2"]]]))
        func causes(_ spec: Value) async throws -> [String] {
            try await cluster.causes { _ = try await cluster.perform(.patch, "pools", name: "pool-a", body: ["spec": spec], patch: .merge) }
        }
        #expect(try await causes(["image": "b"]) == ["spec.image: Forbidden: image cannot be changed"])
        #expect(try await causes(["hosts": [["name": "i", "ip": "10.0.0.2"], ["name": "new", "ip": "10.0.0.9"]]]) == [])
        #expect(try await causes(["hosts": [["name": "i", "ip": "10.0.0.3"]]]) == ["spec.hosts[0]: Invalid value: ip is fixed"])
        await cluster.cluster.close()
    }

    @Test("rules that cannot be compiled are refused with the definition")
    func compilation() async throws {
        let cluster = try await DefinitionCluster()
        let rule = #"{"Rule":"self.nope > 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}"#
        let text = Self.definition.replacing("self.metadata.name.startsWith('pool-')", with: "self.nope > 1")
        let causes = try await cluster.causes { try await cluster.define(text) }
        #expect(
            causes == [
                "spec.validation.openAPIV3Schema.x-kubernetes-validations[0].rule: Invalid value: \(rule): compilation failed: "
                    + "ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^"
            ])
        await cluster.cluster.close()
    }

    @Test("schemas that are not structural are refused in upstream's words")
    func structure() async throws {
        let cluster = try await DefinitionCluster()
        let text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: pools.example.com}
            spec:
              group: stable.example.com
              scope: Namespaced
              names: {plural: pools, singular: pool, kind: Pool}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      a: {}
                      b: {type: array}
                      c: {type: string, default: 5, pattern: '('}
                      d: {type: object, anyOf: [{properties: {x: {minimum: 1, type: integer}}}]}
                      e: {type: array, x-kubernetes-list-type: map, items: {type: object, properties: {k: {type: string}}}}
            """
        let causes = try await cluster.causes { try await cluster.define(text) }
        let root = "spec.validation.openAPIV3Schema"
        #expect(
            causes == [
                "metadata.name: Invalid value: \"pools.example.com\": must be spec.names.plural+\".\"+spec.group",
                "\(root).properties[a].type: Required value: must not be empty for specified object fields",
                "\(root).properties[b].items: Required value: must be specified",
                "\(root).properties[c].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`",
                "\(root).properties[d].anyOf[0].properties[x].type: Forbidden: must be empty to be structural",
                "\(root).properties[d].properties[x]: Required value: because it is defined in \(root).properties[d].anyOf[0].properties[x]",
                "\(root).properties[e].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
            ])
        await cluster.cluster.close()
    }

    @Test("defaults in the metadata of embedded objects must make sense there")
    func embeddedDefaults() async throws {
        let cluster = try await DefinitionCluster()
        let text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: pools.stable.example.com}
            spec:
              group: stable.example.com
              scope: Namespaced
              names: {plural: pools, singular: pool, kind: Pool}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      good:
                        type: object
                        x-kubernetes-embedded-resource: true
                        x-kubernetes-preserve-unknown-fields: true
                        properties:
                          apiVersion: {type: string, default: v1}
                          kind: {type: string, default: Pod}
                          metadata:
                            type: object
                            properties:
                              name: {type: string, default: a}
                              labels: {type: object, additionalProperties: {type: string}, default: {app: web}}
                      bad:
                        type: object
                        x-kubernetes-embedded-resource: true
                        x-kubernetes-preserve-unknown-fields: true
                        properties:
                          apiVersion: {type: string, default: a/b/c}
                          kind: {type: string, default: "1"}
                          metadata:
                            type: object
                            properties:
                              name: {type: string, default: a/b}
                              labels: {type: object, additionalProperties: {type: string}, default: {"a b": web}}
                              namespace: {type: string, default: 5}
                      whole:
                        type: object
                        x-kubernetes-embedded-resource: true
                        x-kubernetes-preserve-unknown-fields: true
                        default: {apiVersion: v1, metadata: {name: x}}
            """
        let causes = try await cluster.causes { try await cluster.define(text) }
        let root = "spec.validation.openAPIV3Schema.properties"
        func metadata(_ field: String) -> String { "\(root)[bad].properties[metadata].properties[\(field)].default: " }
        #expect(
            causes.contains {
                $0.hasPrefix(
                    "\(root)[bad].properties[apiVersion].default: Invalid value: \"a/b/c\": must result in valid metadata: apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"
                )
            })
        #expect(
            causes.contains {
                $0.hasPrefix("\(root)[bad].properties[kind].default: Invalid value: \"1\": must result in valid metadata: kind: ")
            })
        #expect(
            causes.contains { $0.hasPrefix(metadata("name") + "Invalid value: \"a/b\": must result in valid metadata: metadata.name: ") })
        #expect(causes.contains { $0.hasPrefix(metadata("labels")) && $0.contains("must result in valid metadata: metadata.labels: ") })
        #expect(causes.contains { $0.hasPrefix(metadata("namespace")) })
        #expect(causes.contains("\(root)[whole].default.kind: Required value"))
        #expect(!causes.contains { $0.hasPrefix("\(root)[good]") })
        #expect(causes.count == 6, "\(causes)")
        await cluster.cluster.close()
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(old) {
                result += new
                rest = rest.dropFirst(old.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
