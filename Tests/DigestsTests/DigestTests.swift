import Digests
import Testing

@Suite struct DigestTests {
    @Test(
        "hashes are those of the standards, of an empty text too",
        arguments: [
            (Digest.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
            (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
            (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512, "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ])
    func hashes(digest: Digest, text: String, expected: String) {
        #expect(digest.hash(Array(text.utf8))?.hexadecimal == expected)
    }

    @Test("authentication codes are those of RFC 4231, and those of an empty key and an empty text")
    func codes() {
        let code = Digest.authenticationCode(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(code.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let empty = Digest.authenticationCode(of: [], key: [])
        #expect(empty.hexadecimal == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test("bytes are equal only where each is")
    func equality() {
        #expect(Digest.areEqual([1, 2], [1, 2]) && Digest.areEqual([], []))
        #expect(!Digest.areEqual([1, 2], [1, 3]) && !Digest.areEqual([1], [1, 0]))
    }
}
