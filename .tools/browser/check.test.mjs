// Tests of check.mjs: that it sees what is wrong in a page where everything is, and nothing in a good one.
// node --test .tools/browser/check.test.mjs, after `make setup-test`.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("check.mjs", import.meta.url));
const page = (name) => new URL(`testdata/${name}.html`, import.meta.url).href;

// look runs check.mjs as the Go tests do and hands back its answer.
async function look(...pages) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json", JSON.stringify({ pages })],
    { timeout: 120_000, maxBuffer: 1 << 26 });
  return JSON.parse(stdout).pages;
}

describe("a good page", () => {
  let wide, narrow, folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "check-"));
    [narrow, wide] = await look({ url: page("good"), widths: [320, 1440], screenshot: join(folder, "good-") });
  });
  after(() => rmSync(folder, { recursive: true }));

  test("is answered once for each width", () => {
    assert.deepEqual([narrow.width, wide.width], [320, 1440]);
    assert.deepEqual([narrow.innerWidth, narrow.scrollWidth], [320, 320]);
  });
  test("has nothing to complain of", () => {
    for (const seen of [narrow, wide]) {
      assert.equal(seen.error, undefined);
      assert.equal(seen.lang, "fi");
      assert.equal(seen.title, "Hyvä sivu");
      assert.equal(seen.pwned, null);
      assert.equal(seen.pwnedWithoutCSP, null);
      assert.ok(seen.passes > 10, `only ${seen.passes} rules of axe were met`);
      for (const list of ["requests", "failed", "console", "pageErrors", "dialogs", "csp", "violations", "incomplete"]) {
        assert.deepEqual(seen[list], [], list);
      }
    }
  });
  test("is pictured", () => {
    const png = readFileSync(narrow.screenshot);
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.equal(png.readUInt32BE(16), 320, "width of the picture");
  });
});

describe("a bad page", () => {
  let seen;
  before(async () => {
    [seen] = await look({ url: page("bad"), widths: [320] });
  });

  test("breaks rules of axe", () => {
    const ids = seen.violations.map((v) => v.id);
    for (const id of ["html-has-lang", "document-title", "image-alt", "color-contrast", "landmark-one-main"]) {
      assert.ok(ids.includes(id), `${id} is not among ${ids}`);
    }
    const image = seen.violations.find((v) => v.id === "image-alt").nodes[0];
    assert.match(image.html, /tracker\.png/);
    assert.equal(image.target, "img");
  });
  test("violates its policy, and shows what the policy held back", () => {
    assert.equal(seen.csp.length, 1);
    assert.equal(seen.csp[0].directive, "script-src-elem");
    assert.equal(seen.csp[0].blocked, "inline");
    assert.equal(seen.pwned, null);
    assert.equal(seen.pwnedWithoutCSP, 1);
  });
  test("asks elsewhere, complains and throws", () => {
    assert.deepEqual(seen.requests, ["http://127.0.0.1:9/tracker.png"]);
    assert.equal(seen.failed.length, 1);
    assert.ok(seen.console.some((m) => m.type === "error" && m.text === "wrong on purpose"));
    assert.deepEqual(seen.pageErrors, ["thrown on purpose"]);
  });
  test("is wider than the window", () => assert.ok(seen.scrollWidth > 2000));
});

describe("what can be asked for", () => {
  let server, origin;
  before(async () => {
    server = createServer((request, response) => {
      response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'");
      if (request.url === "/later.js") return response.end('setTimeout(() => { document.title = "later"; }, 300)');
      response.setHeader("Content-Type", "text/html");
      if (request.url === "/missing") response.statusCode = 404;
      response.end(`<!doctype html><html lang="sv"><title>now</title><main><h1>${request.headers["x-told"] ?? "nothing"}</h1></main>
        <noscript><p>no scripts</p></noscript><script src="/later.js"></script>`);
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    origin = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => server.close());

  const heading = { told: 'document.querySelector("h1").textContent' };

  test("expressions, awaited, under a strict policy", async () => {
    const [seen] = await look({ url: origin, eval: { sum: "1 + 1", late: "Promise.resolve([1])", thrown: "nothing.there" } });
    assert.equal(seen.eval.sum, 2);
    assert.deepEqual(seen.eval.late, [1]);
    assert.match(seen.eval.thrown.error, /nothing is not defined/);
    assert.deepEqual(seen.csp, []);
    assert.deepEqual(seen.requests, [`${origin}/later.js`]);
  });
  test("waiting for the page's own word", async () => {
    const [seen] = await look({ url: origin, waitFor: 'document.title === "later"' });
    assert.equal(seen.title, "later");
  });
  test("headers to the page's own server", async () => {
    const [seen] = await look({ url: origin, headers: { "X-Told": "much" }, eval: heading });
    assert.equal(seen.eval.told, "much");
  });
  test("print, less motion, no scripts", async () => {
    const [seen] = await look({
      url: origin, media: "print", reducedMotion: true, javascript: false,
      eval: { print: 'matchMedia("print").matches', still: 'matchMedia("(prefers-reduced-motion: reduce)").matches', text: 'document.querySelector("noscript p")?.textContent' },
    });
    assert.deepEqual(seen.eval, { print: true, still: true, text: "no scripts" });
    assert.equal(seen.title, "now");
    assert.ok(seen.passes > 5, "axe looks at it all the same");
  });
  test("a status, and a page that cannot be opened among others that can", async () => {
    const [missing, closed, good] = await look({ url: `${origin}/missing`, axe: false }, { url: "file:///not/there.html" }, { url: page("good") });
    assert.equal(missing.status, 404);
    assert.equal(missing.violations, undefined);
    assert.match(closed.error, /ERR_FILE_NOT_FOUND/);
    assert.equal(good.error, undefined);
  });
});
