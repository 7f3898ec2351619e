import ClusterModel
public enum ManifestSchema { public static func jsonSchema() -> JSONValue { [:] } }
