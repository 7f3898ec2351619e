import ClusterModel
import ManifestLoading
import ResourceKinds
import Testing

@Suite struct SchemaTests {
    let schema = ManifestSchema.jsonSchema()

    @Test("every section of every kind is in the schema with its keys, and every property is described")
    func sections() {
        for section in ResourceKinds.all.compactMap(\.section) {
            let place = section.path.reduce(schema["properties"]?["spec"]) { $0?["properties"]?[$1] }
            #expect(place?["type"] == "array")
            guard case .object(let properties) = section.entry else { continue }
            #expect(Set(place?["items"]?["properties"]?.object?.keys ?? [:].keys) == Set(properties.map(\.name)))
        }
        func check(_ schema: JSONValue, _ path: String) {
            for (name, member) in schema["properties"]?.object ?? [:] {
                #expect(member["description"]?.string?.isEmpty == false, "\(path).\(name)")
                check(member, "\(path).\(name)")
            }
            if let items = schema["items"] { check(items, path + "[]") }
            if schema["properties"] != nil { #expect(schema["additionalProperties"] == false, "\(path)") }
        }
        check(schema, "")
    }

    @Test("secrets are a text or one of three references")
    func secrets() {
        let password = schema["properties"]?["spec"]?["properties"]?["users"]?["items"]?["properties"]?["password"]
        #expect(password?["oneOf"]?.array?.count == 2)
        #expect(schema["$defs"]?["secretReference"]?["maxProperties"] == 1)
        #expect(schema["required"] == ["apiVersion", "kind", "metadata", "spec"])
    }
}
