// Looks at pages in a headless Chromium and prints what it saw as JSON. It judges nothing: it
// exits 0 whenever it could look, and a page that did not load says so in its own "error".
//
//   node check.mjs [--chromium PATH] --json '{"pages":[{"url":"file:///tmp/a.html","widths":[320,1440]}]}'
//   node check.mjs --json - <request.json
//
// Without --chromium it takes $CHROMIUM, else the one of `.tools/unpack chromium`.
//
// A page of the request:
//   url            what to open
//   widths         viewport widths in CSS pixels, [1280] when not given; height is 900
//   screenshot     beginning of a file name; "320.png" and so on is appended, the picture is of the whole page
//   eval           {name: JavaScript expression}; promises are awaited
//   waitFor        JavaScript expression; the page counts as loaded once it is true (10 s at most)
//   reducedMotion  true: prefers-reduced-motion: reduce
//   javascript     false: the page's own scripts do not run
//   media          "print" or "screen"
//   headers        {name: value} sent with each request to the page's own origin
//   axe            false: leave the accessibility rules out
//
// The answer is {"browser", "axe", "pages"}, a page for each url and width:
//   url, width, status, lang, title, scrollWidth, innerWidth
//   requests       every address asked for but the page's own; failed: those without an answer, with the reason
//   console        errors and warnings: {type, text}; pageErrors: what was thrown and not caught; dialogs: alert() and the like
//   csp            violations of the page's Content-Security-Policy: {directive, blocked, sample, source, line}
//   pwned          window.PWNED, null when not set; pwnedWithoutCSP: the same with the policy switched off
//   eval           {name: value}, or {name: {"error": …}} when it threw
//   screenshot     the file's name
//   violations     of axe: {id, impact, help, nodes: [{target, html, summary}]}; incomplete: {id, help, nodes: n}; passes: n
//
// Each page is opened twice: as a reader would, for all but axe, and once more with the policy
// switched off, because a strict policy keeps axe out, too.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Chromium talks to nobody but the pages.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const keepViolations = () => {
  const seen = [];
  Object.defineProperty(window, "__violations", { value: seen });
  document.addEventListener("securitypolicyviolation", (e) => seen.push({
    directive: e.effectiveDirective, blocked: e.blockedURI, sample: e.sample, source: e.sourceFile, line: e.lineNumber,
  }));
};

// evaluate asks the debugger, not the page: a policy without unsafe-eval would refuse the page's eval,
// and the refusal would look like a fault of the page.
async function evaluate(session, expression) {
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value ?? null;
}

// settle waits until the page says it is ready, and until what its last scripts did is painted.
async function settle(session, wanted) {
  const end = Date.now() + 10_000;
  while (wanted.waitFor && !(await evaluate(session, wanted.waitFor))) {
    if (Date.now() > end) throw new Error(`waited 10 s for ${wanted.waitFor}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  await evaluate(session, "document.fonts.ready.then(() => true)");
  await new Promise((done) => setTimeout(done, 100));
}

async function open(browser, wanted, width, look, watch = () => {}, options = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: wanted.reducedMotion ? "reduce" : "no-preference",
    ...options,
  });
  try {
    const page = await context.newPage();
    await watch(page);
    if (wanted.headers) {
      const own = new URL(wanted.url).origin;
      await page.route((url) => url.origin === own, (route) =>
        route.continue({ headers: { ...route.request().headers(), ...wanted.headers } }));
    }
    if (wanted.media) await page.emulateMedia({ media: wanted.media });
    const session = await context.newCDPSession(page);
    const scripts = (on) => session.send("Emulation.setScriptExecutionDisabled", { value: !on });
    await scripts(wanted.javascript ?? true);
    const response = await page.goto(wanted.url, { waitUntil: "load" });
    await scripts(true); // for the looking: what the page holds was parsed without them and does not start any more
    await settle(session, wanted);
    await look(page, session, response);
  } finally {
    await context.close();
  }
}

// asReader opens the page as it is and fills in all but axe's findings.
async function asReader(browser, wanted, width, seen) {
  const watch = async (page) => {
    await page.addInitScript(keepViolations);
    page.on("request", (r) => r.isNavigationRequest() && r.frame() === page.mainFrame() || seen.requests.push(r.url()));
    page.on("requestfailed", (r) => seen.failed.push({ url: r.url(), reason: r.failure()?.errorText ?? "" }));
    page.on("console", (m) => ["error", "warning"].includes(m.type()) && seen.console.push({ type: m.type(), text: m.text() }));
    page.on("pageerror", (e) => seen.pageErrors.push(e.message));
    page.on("dialog", (d) => { seen.dialogs.push(d.message()); d.dismiss().catch(() => {}); });
  };
  await open(browser, wanted, width, async (page, session, response) => {
    Object.assign(seen, await evaluate(session, `({
      lang: document.documentElement.lang, title: document.title,
      scrollWidth: document.documentElement.scrollWidth, innerWidth, pwned: window.PWNED ?? null })`));
    seen.status = response?.status() || null;
    for (const [name, expression] of Object.entries(wanted.eval ?? {})) {
      seen.eval[name] = await evaluate(session, expression).catch((e) => ({ error: e.message }));
    }
    if (wanted.screenshot) {
      seen.screenshot = `${wanted.screenshot}${width}.png`;
      await page.screenshot({ path: seen.screenshot, fullPage: true });
    }
    // Where no script may run, nobody listens; the console tells then.
    seen.csp = (await evaluate(session, "window.__violations")) ?? [];
  }, watch);
}

async function withAxe(browser, wanted, width, seen) {
  await open(browser, wanted, width, async (_, session) => {
    seen.pwnedWithoutCSP = await evaluate(session, "window.PWNED ?? null");
    if (wanted.axe === false) return;
    await evaluate(session, readFileSync(axeFile, "utf8") + "; null");
    const found = await evaluate(session, `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(tags)} } }).then((r) => ({
      violations: r.violations.map((v) => ({ id: v.id, impact: v.impact, help: v.help,
        nodes: v.nodes.map((n) => ({ target: n.target.join(" "), html: n.html, summary: n.failureSummary })) })),
      incomplete: r.incomplete.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.length })),
      passes: r.passes.length }))`);
    Object.assign(seen, found);
  }, undefined, { bypassCSP: true });
}

// within ends a wait that nothing else would end; the page then says so.
function within(seconds, work) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`not done after ${seconds} s`)), seconds * 1000); });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function check(browser, wanted, width) {
  const seen = { url: wanted.url, width, requests: [], failed: [], console: [], pageErrors: [], dialogs: [], eval: {} };
  try {
    await within(60, asReader(browser, wanted, width, seen));
    await within(60, withAxe(browser, wanted, width, seen));
  } catch (e) {
    seen.error = e.message;
  }
  return seen;
}

const { values: args } = parseArgs({ options: { chromium: { type: "string" }, json: { type: "string" } } });
if (!args.json) throw new Error("check.mjs: --json is missing; the head of the file explains it");
const request = JSON.parse(args.json === "-" ? readFileSync(0, "utf8") : args.json);
const executablePath = args.chromium || process.env.CHROMIUM || fileURLToPath(new URL("../debian/chromium/run", import.meta.url));

const browser = await chromium.launch({ executablePath, args: flags });
try {
  const answer = { browser: browser.version(), axe: createRequire(import.meta.url)("axe-core/package.json").version, pages: [] };
  for (const wanted of request.pages) {
    for (const width of wanted.widths ?? [1280]) answer.pages.push(await check(browser, wanted, width));
  }
  console.log(JSON.stringify(answer, null, 1));
} finally {
  await browser.close();
}
