import ArgumentParser
import ManifestLoading

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the manifest's JSON Schema.",
        discussion: """
            Example, for an editor that completes and checks YAML:

              warren schema > warren.schema.json

            The schema is JSON in either format.
            """)

    @OptionGroup var options: OutputOptions

    func run() throws {
        Terminal.write(ManifestSchema.jsonSchema().prettyText + "\n", to: .standardOutput)
    }
}
