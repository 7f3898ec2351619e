import Testing

@testable import Lab

@Suite struct AptSourcesTests {
    private static let modern = """
        # The distribution.
        Types: deb deb-src
        URIs: http://archive.example/debian http://second.example/debian
        Suites: bookworm
         bookworm-updates
        # a comment in the middle
        Components: main

        Types: deb
        URIs: http://archive.example/security
        Suites: bookworm-security

        Enabled: no
        Types: deb
        URIs: http://off.example/debian
        Suites: trixie

        Types: deb-src
        URIs: http://source.example/debian
        Suites: trixie
        """

    private static let old = """
        # deb http://comment.example/debian trixie main
        deb-src http://source.example/debian trixie main
        deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://list.example/debian trixie main # note
        deb http://list.example/debian bookworm main
        """

    @Test("both notations are read: options, comments, folded lines; neither sources nor what is switched off")
    func notations() {
        let sources = AptSources(deb822: [Self.modern], lists: [Self.old]).sources
        #expect(
            sources.map(\.uri) == [
                "http://archive.example/debian", "http://second.example/debian", "http://archive.example/security",
                "http://list.example/debian", "http://list.example/debian",
            ])
        #expect(sources[0].suites == ["bookworm", "bookworm-updates"])
    }

    @Test("an archive that has the suite is better than the one that has the machine's own release")
    func choice() {
        let sources = AptSources(deb822: [Self.modern], lists: [Self.old])
        #expect(sources.archive(of: "trixie", machine: "bookworm") == "http://list.example/debian")
        #expect(sources.archive(of: "sid", machine: "bookworm") == "http://archive.example/debian")
        #expect(sources.archive(of: "sid", machine: nil) == nil)
        #expect(AptSources().archive(of: "sid", machine: "bookworm") == nil)
    }

    @Test("what debootstrap can't read from is no archive")
    func schemes() {
        let sources = AptSources(lists: ["deb cdrom:[Debian]/ bookworm main\ndeb file:/srv/debian bookworm main\n"])
        #expect(sources.archive(of: "bookworm", machine: nil) == "file:/srv/debian")
    }
}
