import ClusterModel

/// The manifest's JSON Schema, from the same shapes by which the loader reads it.
public enum ManifestSchema {
    /// A schema of draft 2020-12.
    public static func jsonSchema() -> JSONValue {
        var schema = object(ManifestShape.document)
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["$id"] = "urn:warren:manifest:v1"
        schema["title"] = "Warren manifest"
        schema["$defs"] = ["secretReference": reference]
        return .object(schema)
    }

    private static let reference: JSONValue = [
        "type": "object",
        "description": "Where a secret is to be read.",
        "properties": [
            "fromFile": [
                "type": "string", "minLength": 1, "description": "A file; a relative path is relative to the manifest.",
            ],
            "fromEnv": [
                "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
                "description": "An environment variable of Warren.",
            ],
            "fromCredential": ["type": "string", "pattern": "^[^/]+$", "description": "A systemd credential."],
        ],
        "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
    ]

    static func schema(of shape: Shape) -> [String: JSONValue] {
        switch shape {
        case .string(let maximum, let allowsEmpty):
            return ["type": "string", "minLength": .integer(allowsEmpty ? 0 : 1), "maxLength": .integer(maximum)]
        case .regularExpression: return ["type": "string", "maxLength": 65_536]
        case .integer(let range):
            return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range):
            return ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
        case .boolean: return ["type": "boolean"]
        case .choice(let words): return ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .duration: return ["type": "string", "pattern": "^(0|[1-9][0-9]*)(ms|s|m|h|d)$"]
        case .json: return [:]
        case .jsonObject: return ["type": "object"]
        case .secret: return ["oneOf": [["type": "string", "minLength": 1], ["$ref": "#/$defs/secretReference"]]]
        case .text: return ["oneOf": [["type": "string"], ["$ref": "#/$defs/secretReference"]]]
        case .scalarText: return ["type": ["string", "number", "boolean"]]
        case .oneOrMany(let element):
            let one = JSONValue.object(schema(of: element))
            return ["anyOf": [one, ["type": "array", "items": one, "minItems": 1]]]
        case .list(let element): return ["type": "array", "items": .object(schema(of: element))]
        case .map(let value): return ["type": "object", "additionalProperties": .object(schema(of: value))]
        case .object(let properties): return object(properties)
        }
    }

    private static func object(_ properties: [Property]) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for property in properties {
            var member = schema(of: property.shape)
            member["description"] = .string(property.summary)
            member["default"] = property.defaultValue
            members[property.name] = .object(member)
        }
        var schema: [String: JSONValue] = [
            "type": "object", "properties": .object(members), "additionalProperties": false,
        ]
        let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return schema
    }
}
