/// The style sheet of the HTML page: light and dark by the reader's own setting, and fit for paper.
enum HTMLStyle {
  static let sheet = """
    :root { color-scheme: light dark; --paper: #f6f7f9; --card: #ffffff; --ink: #1c2430; --faint: #5c6878; --line: #dde2e9;
      --gain: #0b7a4b; --lost: #b3261e; --caution: #8a5a00; --caution-paper: #fff6e0; --link: #0b4f8a; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --paper: #10151c; --card: #181f29; --ink: #e6ebf2; --faint: #9aa7b8; --line: #2c3643; --gain: #4fd39a;
        --lost: #ff8a80; --caution: #f2c14e; --caution-paper: #2b2412; --link: #7fb8ec; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 48px; }
    header h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
    header p { margin: 4px 0 0; color: var(--faint); }
    h2 { margin: 0 0 10px; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--faint); }
    section, figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
      margin: 16px 0 0; min-width: 0; }
    figure { padding: 12px 10px 8px; overflow-x: auto; }
    .summary { background: none; border: 0; padding: 0; margin-top: 22px; }
    .warnings { background: var(--caution-paper); border-color: var(--caution); }
    .warnings h2 { color: var(--caution); }
    .sections { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px;
      grid-auto-flow: row dense; margin-top: 16px; }
    .sections section { margin: 0; }
    .sections .wide { grid-column: 1 / -1; }
    h1, p, dd, li { white-space: pre-wrap; }
    dl { margin: 0; }
    dt { color: var(--faint); }
    dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    small { color: var(--faint); font-size: .86em; font-weight: 400; }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); gap: 12px; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
    .card dt { font-size: .86rem; }
    .card dd { font-size: 1.35rem; font-weight: 650; line-height: 1.3; }
    .card small { display: block; font-size: .78rem; line-height: 1.35; margin-top: 3px; }
    .summary .facts { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 8px 16px;
      margin-top: 12px; }
    .facts > div { display: grid; grid-template-columns: minmax(112px, 27%) 1fr; gap: 12px; padding: 4px 0;
      border-bottom: 1px solid var(--line); }
    .summary .facts > div { grid-template-columns: 124px 1fr; }
    .facts > div:last-child { border-bottom: 0; }
    dl + p, .scroll + p, p + dl, p + .scroll, dl + .scroll, .scroll + dl { margin-top: 12px; }
    p { margin: 0; max-width: 78ch; }
    section > p { color: var(--faint); font-size: .9rem; }
    ul { margin: 6px 0 0; padding-left: 20px; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
    th { color: var(--faint); font-weight: 500; font-size: .84rem; vertical-align: bottom; }
    th, td { padding: 5px 9px; border-bottom: 1px solid var(--line); }
    td { white-space: pre; }
    th, td.long { white-space: pre-wrap; }
    th:first-child, td:first-child { padding-left: 2px; }
    .number { text-align: right; }
    .word { text-align: left; }
    .total td { font-weight: 650; border-top: 2px solid var(--faint); border-bottom: 0; }
    .gain { color: var(--gain); }
    .lost { color: var(--lost); }
    .caution { color: var(--caution); }
    .picture { display: block; width: 100%; min-width: 560px; max-width: 860px; height: auto; margin: 0 auto; }
    figure > p.csv { margin-top: 6px; font-size: .86rem; }
    a { color: var(--link); }
    details { margin-top: 8px; font-size: .86rem; color: var(--faint); }
    details pre { overflow: auto; max-height: 320px; margin: 8px 0 0; font-size: .78rem; }
    @page { margin: 14mm; }
    @media print { :root { font-size: 11px; } body { background: none; font-size: 1rem; }
      main { max-width: none; padding: 0 1px; } header h1 { font-size: 1.6rem; }
      section, figure, .card { break-inside: avoid; margin-top: 10px; padding: 9px 12px; } h2 { break-after: avoid; }
      .summary { padding: 0; margin-top: 10px; } .cards { grid-template-columns: repeat(3, 1fr); gap: 8px; }
      .sections { grid-template-columns: 1fr 1fr; gap: 10px; margin-top: 10px; } .scroll { overflow: visible; }
      .card { margin: 0; } .card dd { font-size: 1.2rem; } dl + p, .scroll + p, p + dl, p + .scroll, dl + .scroll, .scroll + dl { margin-top: 7px; }
      details, .csv a { display: none; }
      .csv::after { content: "The report's file has the figures of this picture as CSV."; color: var(--faint); } th, td { padding: 2px 7px; }
      .picture { min-width: 0; max-width: 128mm; } p, li { orphans: 3; widows: 3; } }
    """
}
