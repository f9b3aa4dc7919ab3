import SchemaEngine
import Testing
import Values

@Suite("Schema texts")
struct SchemaTextTests {
    private func parse(_ text: String) throws -> Schema {
        try SchemaTextParser.parse([SchemaText(key: "shop_v1", text: Array(text.utf8))])
    }

    @Test("declare kinds, types and what is known of fields")
    func declarations() throws {
        let schema = try parse(
            """
            package example.shop.v1 group shop.example version v1

            kind Order
                resource orders order namespaced shortnames o,od
                verbs get,list
                column "Paid At" date .status.paid priority 1
                1 spec OrderSpec  always
                2 labels [string: quantity]  atomic

            type OrderSpec atomic
                1 lines [Line]  map(item,shop) patch(merge,retainKeys,key=item)
                3 count int32? = 3  required min 0 max 7 immutable
                4 tags [string]  set enum("",a,b)

            type Line
                1 item any<example.Raw>
            """)
        let order = try #require(schema.resources.first)
        #expect(order.shortNames == ["o", "od"])
        #expect(order.verbs == ["get", "list"])
        #expect(order.columns[0].name == "Paid At")
        #expect(order.columns[0].path == ".status.paid")
        #expect(order.columns[0].priority == 1)
        #expect(order.structure.fields.map(\.name) == ["kind", "apiVersion", "spec", "labels"])
        let spec = try #require(schema.structure(named: "example.shop.v1.OrderSpec"))
        #expect(spec.kind == .atomic)
        let lines = try #require(spec[field: "lines"])
        #expect(lines.patch.merges && lines.patch.retainsKeys && lines.patch.mergeKey == "item")
        let count = try #require(spec[field: "count"])
        #expect(count.defaultValue == 3 && count.isRequired && count.isImmutable && count.hasPresence)
        #expect(count.minimum == 0 && count.maximum == 7)
        #expect(spec[field: "tags"]?.enumeration == ["", "a", "b"])
        #expect(schema.structure(named: "example.shop.v1.Line")?[field: "item"]?.definition == "example.Raw")
    }

    @Test(
        "that are wrong are told by file and line",
        arguments: [
            ("package a group a version v1\nkind A\n    1 b Nothing\n", "Schema/shop_v1.api:3: unknown type Nothing"),
            ("package a group a version v1\ntype A\ntype A\n", "Schema/shop_v1.api:3: A stands twice"),
            ("package a group a version v1\ntype A\n    1 b string  sometimes\n", "Schema/shop_v1.api:3: unknown fact 'sometimes'"),
            ("    1 b string\n", "Schema/shop_v1.api:1: a line outside a declaration"),
        ])
    func errors(_ text: String, _ message: String) throws {
        let error = #expect(throws: SchemaTextError.self) { try parse(text) }
        #expect(error?.description == message)
    }
}
