/// How the page looks, dark or light as the reader's system is, and light on paper.
public enum PageStyle {
    public static let sheet: HTML = """
        :root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--text:#1b2030;--quiet:#5d6577;--line:#dfe3ea;\
        --good:#12703c;--goodback:#e0f4e8;--bad:#b3261e;--badback:#fce8e6;--warn:#8a5300;--warnback:#fdf0d5;\
        --plain:#2f4b7c;--plainback:#e6edf9}
        @media(prefers-color-scheme:dark){:root{--page:#12151c;--card:#1b202b;--text:#e6e9f0;--quiet:#9aa3b5;\
        --line:#2d3442;--good:#7ddca4;--goodback:#173626;--bad:#ff9b92;--badback:#42201e;--warn:#f2c46b;\
        --warnback:#3b2e14;--plain:#a9c4f5;--plainback:#202d46}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;\
        overflow-wrap:anywhere}
        header,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
        header{padding-top:1.5rem}
        h1{margin:0;font-size:1.75rem;line-height:1.2}
        header p{margin:.25rem 0 1rem;color:var(--quiet)}
        h2{margin:0 0 .5rem;font-size:1rem}
        section{margin:0 0 1rem;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
        p{margin:.25rem 0}
        .quiet,.count{color:var(--quiet);font-weight:400}
        .quiet{font-size:.875rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13.5rem,1fr));gap:.75rem;padding:0;\
        background:none;border:0}
        .figures{grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}.figures .tile em{font-size:1.25rem;line-height:1.2}
        .tile{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .5rem;align-content:start;\
        padding:.75rem;background:var(--card);border:1px solid var(--line);\
        border-left:.3rem solid var(--plain);border-radius:.6rem}
        .tile p{width:100%;color:var(--quiet);font-size:.875rem}
        .tile em{margin-left:auto;font-size:.875rem;font-style:normal;font-weight:600;line-height:1.7;color:var(--plain)}
        .tile.good{border-left-color:var(--good)}.tile.good em{color:var(--good)}
        .tile.bad{border-left-color:var(--bad)}.tile.bad em{color:var(--bad)}
        .tile.warn{border-left-color:var(--warn)}.tile.warn em{color:var(--warn)}
        .mark{display:inline-block;margin-right:.25rem;padding:0 .5rem;border-radius:.4rem;font-size:.8125rem;font-weight:600;\
        color:var(--plain);background:var(--plainback)}
        .mark.good{color:var(--good);background:var(--goodback)}
        .mark.bad{color:var(--bad);background:var(--badback)}
        .mark.warn{color:var(--warn);background:var(--warnback)}
        .items{list-style:none;margin:0;padding:0}
        .items>li{padding:.4rem 0;border-top:1px solid var(--line)}
        .items>li:first-child{border-top:0;padding-top:0}
        .items>li:last-child{padding-bottom:0}
        .items ul{margin:.25rem 0;padding-left:1.1rem;font-size:.875rem}
        .items p{color:var(--quiet);font-size:.875rem}
        .items b{font-weight:600}
        del{color:var(--bad);text-decoration:none}
        ins{color:var(--good);text-decoration:none}
        dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.5rem 1.5rem;margin:0}
        dt{color:var(--quiet);font-size:.8125rem}
        dd{margin:0}
        dl+.items{margin-top:.75rem;padding-top:.5rem;border-top:1px solid var(--line)}
        .alarm{border-left:.3rem solid var(--bad);color:var(--bad)}
        .alarm.warn{border-left-color:var(--warn);color:var(--warn)}
        .diff{margin:.25rem 0;padding:.5rem;border:1px solid var(--line);border-radius:.4rem;\
        background:var(--page);font:.8125rem/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
        .diff del{background:var(--badback)}.diff ins{background:var(--goodback)}
        .diff i{color:var(--quiet);font-style:normal}
        footer{padding-bottom:2rem;color:var(--quiet);font-size:.875rem}
        footer a{color:var(--plain);margin-right:.75rem}
        @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--quiet:#444;--line:#bbb;\
        --good:#12703c;--goodback:#fff;--bad:#b3261e;--badback:#fff;--warn:#8a5300;--warnback:#fff;\
        --plain:#2f4b7c;--plainback:#fff}
        body{font-size:10.5pt}header,main,footer{max-width:none;padding:0}header{padding-top:0}
        .items>li,.tile{break-inside:avoid}h2{break-after:avoid}.mark{border:1px solid}
        .diff del{text-decoration:line-through}.diff ins{font-weight:600}}
        """
}
