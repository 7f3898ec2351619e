import ArgumentParser
import Lab

struct LabCut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Cuts a host off from all others, or two hosts from each other.",
        discussion: """
            Examples:

              warren lab cut mq1
              warren lab cut mq1 mq2
              warren lab cut --name west east

            The one host sees that its wire is pulled. The two notice nothing but silence. The third
            pulls the wire to the lab that this one is joined to. All last until mend.
            """)

    @OptionGroup var labOptions: LabOptions

    @Argument(help: "A host of the manifest, or the lab that this one is joined to.")
    var host: String

    @Argument(help: "Another host: only what passes between the two is cut.")
    var other: String?

    func run() async throws {
        let laboratory = Laboratory.telling()
        let lab = try labOptions.lab(in: laboratory)
        if let other {
            try await laboratory.separate(host, other, in: lab)
            Terminal.note("\(host) and \(other): cut from each other")
        } else {
            try await laboratory.cut([host], in: lab)
            Terminal.note("\(host): cut off")
        }
    }
}
