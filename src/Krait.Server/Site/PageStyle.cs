using System.Security.Cryptography;
using System.Text;

namespace Krait.Server.Site;

/// <summary>How pages look: in light and dark, on a phone and on paper. It is part of each page, so that a page needs nothing else.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Text = """

        :root{color-scheme:light dark;--paper:#f7f8f6;--card:#fff;--ink:#1b2420;--dim:#59665f;--line:#dbe2dd;--tint:#eff3f0;
        --accent:#17704b;--soft:#e2f1e9;--bad:#b3261e;--badsoft:#fbe9e7;--odd:#855300;--oddsoft:#fbf0dc;--blue:#2563a8}
        @media(prefers-color-scheme:dark){:root{--paper:#0e1311;--card:#151c19;--ink:#e3ebe6;--dim:#97a69e;--line:#2a3631;--tint:#1b2420;
        --accent:#6bd0a0;--soft:#15332a;--bad:#f2918a;--badsoft:#3a1d1b;--odd:#e3b566;--oddsoft:#362a12;--blue:#82b4ee}}
        *{box-sizing:border-box}
        body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
        a{color:var(--accent);text-underline-offset:.15em}a:not(:hover){text-decoration-color:color-mix(in srgb,currentColor 35%,transparent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
        header{background:var(--card);border-bottom:1px solid var(--line)}
        .bar{max-width:70rem;margin:0 auto;padding:.65rem 1rem;display:flex;flex-wrap:wrap;gap:.5rem 1.4rem;align-items:center}
        .brand{display:flex;align-items:center;gap:.45rem;font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none}
        .brand svg{width:1.5rem;height:1.5rem;stroke:var(--accent);fill:none;stroke-width:2.4;stroke-linecap:round}
        nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}nav a{color:var(--dim);text-decoration:none;padding:.2rem 0;border-bottom:2px solid transparent}
        nav a:hover{color:var(--ink)}nav a[aria-current]{color:var(--ink);border-color:var(--accent);font-weight:600}
        form{display:flex;gap:.4rem;margin:0}.bar form{margin-left:auto;flex:1 1 12rem;max-width:22rem}
        input,button{font:inherit;padding:.35rem .7rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:var(--ink)}
        input{flex:1;min-width:0}button{background:var(--accent);border-color:var(--accent);color:var(--card);font-weight:600;cursor:pointer}
        .big{max-width:36rem;margin:1rem 0}.big input,.big button{padding:.6rem .9rem;font-size:1.05rem}
        main{max-width:70rem;margin:0 auto;padding:1.4rem 1rem 3rem}
        h1{font-size:1.75rem;line-height:1.2;margin:.2rem 0 .4rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}h3{font-size:.95rem;margin:1rem 0 .3rem}
        h1 small{font-size:1.1rem;font-weight:400;color:var(--dim)}
        p{margin:.4rem 0 .8rem;max-width:46rem}.dim{color:var(--dim)}.lead{font-size:1.05rem;color:var(--dim)}.small{font-size:.87rem}
        .crumbs{font-size:.87rem;color:var(--dim);margin:0}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:1rem 1.15rem;margin:1rem 0}.card h2{margin-top:0}.card>:last-child{margin-bottom:0}
        .note{border-left:4px solid var(--odd);background:var(--oddsoft);border-radius:.4rem;padding:.55rem .9rem;margin:1rem 0;max-width:none}
        pre{background:var(--tint);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem;margin:.3rem 0;overflow-x:auto;font-size:.87rem;overflow-wrap:normal}
        code,pre,.mono{font-family:ui-monospace,"Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}code,.mono{font-size:.87em}
        .tag{display:inline-block;font-size:.78rem;line-height:1.5;padding:0 .5rem;border-radius:1rem;background:var(--tint);color:var(--dim);border:1px solid var(--line);white-space:nowrap}
        .tag.good{background:var(--soft);color:var(--accent);border-color:transparent}.tag.odd{background:var(--oddsoft);color:var(--odd);border-color:transparent}
        .tag.bad{background:var(--badsoft);color:var(--bad);border-color:transparent}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.8rem,1fr));gap:.8rem;margin:1rem 0}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.7rem .95rem}.tile b{display:block;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums}
        .tile span{color:var(--dim);font-size:.87rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:.6rem 0}dt{color:var(--dim)}dd{margin:0}
        .wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.7rem}
        table{border-collapse:collapse;width:100%;font-size:.94rem}th,td{padding:.5rem .85rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        thead th{border-top:0;background:var(--tint);color:var(--dim);font-weight:600;font-size:.82rem;white-space:nowrap}
        td{overflow-wrap:normal}td.long,td.why{overflow-wrap:anywhere;min-width:9rem}td:first-child:not(.long){max-width:22rem;overflow-wrap:break-word}
        tbody tr:hover{background:color-mix(in srgb,var(--tint) 55%,transparent)}.num{text-align:right;font-variant-numeric:tabular-nums}.nowrap{white-space:nowrap}
        .off td:not(.why){color:var(--dim)}.off td:first-child a{text-decoration-line:line-through}
        .pages>span>span{margin-left:.35rem}.pages{display:flex;gap:.5rem 1.2rem;flex-wrap:wrap;align-items:baseline;margin:.9rem 0}
        ul.plain{list-style:none;margin:0;padding:0}ul.plain li{padding:.28rem 0;border-top:1px solid var(--line)}ul.plain li:first-child{border-top:0}
        .empty{border:1px dashed var(--line);border-radius:.7rem;padding:1.3rem;color:var(--dim);text-align:center;background:var(--card);max-width:none}
        .graph{padding:.3rem}.graph svg{display:block;font:12px system-ui,sans-serif}.graph text{fill:var(--ink)}.graph rect{fill:var(--tint);stroke:var(--line)}
        .graph path{stroke:var(--dim);stroke-opacity:.55;fill:none}.graph a:hover rect{stroke:var(--accent)}.graph .root rect{fill:var(--soft);stroke:var(--accent)}.graph .unknown rect{fill:none;stroke-dasharray:4 3}.graph .unknown text{fill:var(--dim)}
        figure{margin:1rem 0;background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.9rem 1.1rem}figcaption{font-weight:600;display:flex;flex-wrap:wrap;gap:.1rem 1rem;align-items:baseline}
        figcaption .key{font-weight:400;font-size:.85rem;color:var(--dim)}.key::before{content:"";display:inline-block;width:.9rem;height:.2rem;border-radius:.1rem;margin-right:.4rem;vertical-align:middle;background:currentColor}
        .key.a::before{background:var(--accent)}.key.b::before{background:var(--blue)}.key.c::before{background:var(--bad)}
        .plot{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .6rem;margin-top:.6rem}.plot svg{width:100%;height:9rem;display:block;overflow:visible}
        .scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right;margin:-.55em 0}.scale,.times{font-size:.75rem;color:var(--dim);font-variant-numeric:tabular-nums;line-height:1.1}
        .times{grid-column:2;display:flex;justify-content:space-between}
        .plot path{fill:none;vector-effect:non-scaling-stroke;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.plot .grid{stroke:var(--line);stroke-width:1}
        .plot .dot{stroke-width:4.5}.plot .a{stroke:var(--accent)}.plot .b{stroke:var(--blue)}.plot .c{stroke:var(--bad)}
        summary{cursor:pointer;color:var(--dim);font-size:.9rem;margin:.6rem 0}
        footer{max-width:70rem;margin:0 auto;padding:0 1rem 2rem;color:var(--dim);font-size:.85rem}
        @media(max-width:44rem){.bar form{flex-basis:100%;max-width:none}h1{font-size:1.45rem}
        .stack thead{display:none}.stack tr{display:block;border-top:1px solid var(--line);padding:.45rem 0}.stack tbody tr:first-child{border-top:0}
        .stack td,.stack td.long,.stack td.why{min-width:0;max-width:none;overflow-wrap:anywhere}.stack td{display:grid;grid-template-columns:7rem 1fr;gap:.6rem;border:0;padding:.12rem .9rem;text-align:left;white-space:normal}.stack td:empty,.stack td:has(>div:empty){display:none}.stack td .mono{font-weight:400}pre{white-space:pre-wrap;overflow-wrap:anywhere}
        .stack td::before{content:attr(data-label);color:var(--dim);font-size:.82rem}.stack td:first-child{display:block;font-weight:600}.stack td:first-child::before{content:none}
        dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}}
        @media print{:root{--paper:#fff;--card:#fff;--ink:#000;--dim:#444;--line:#bbb;--tint:#fff}nav,form,.pages{display:none}header{border:0}main,.bar,footer{max-width:none;padding-left:0;padding-right:0}
        .wide{overflow:visible}tr,figure,.card{break-inside:avoid}a{color:inherit;text-decoration:none}}

        """;

    /// <summary>The policy that lets a page load nothing from anywhere, run nothing, and look like this only.</summary>
    public static string SecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'; img-src data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}
