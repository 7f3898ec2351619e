import Commands

@main
enum Warren {
    static func main() async { await WarrenCommand.start() }
}
