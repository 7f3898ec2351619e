/// A self-contained page: no script, no image, nothing from elsewhere.
public struct Page {
    private let title: String
    private let refreshSeconds: Int?
    private let body: HTML

    /// - Parameter refreshSeconds: how often a browser asks for it anew; nil for a page that is a file.
    public init(_ title: String, refreshSeconds: Int? = nil, _ body: HTML) {
        self.title = title
        self.refreshSeconds = refreshSeconds
        self.body = body
    }

    public var document: String {
        let refresh: HTML = refreshSeconds.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? .empty
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            \(refresh)<title>\(title)</title>
            <style>\(PageStyle.sheet)</style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """
        return page.text
    }
}
