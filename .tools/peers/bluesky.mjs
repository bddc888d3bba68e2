// A real network of Bluesky for tests: personal data server, directory and app view of @atproto/dev-env, on loopback.
//
//   DB_POSTGRES_URL=postgresql://…  REDIS_HOST=127.0.0.1:PORT  node bluesky.mjs
//
// It prints {"ready": ADDRESS} of the app view when it is there. Each line of standard input is a deed, a JSON object; it is
// answered with a line, {"did": …} or {"error": TEXT}, when the app view knows of it; with "more" at once, as others come. It
// ends with standard input.
//
//   {"do":"account","who":"koske"}                     an account, whose handle is koske.test
//   {"do":"post","who":"koske","as":"a","text":"…"}    with "at": a moment, "quote": a post, or "reply": a post
//   {"do":"delete","post":"a"}
//   {"do":"like","who":"liisa","post":"a"}             also unlike, repost, follow (who, whom), unfollow
//   {"do":"rename","who":"koske","to":"uusi"}          its handle is uusi.test from now on
//   {"do":"pin","who":"koske","post":"a"}
//   {"do":"takedown","who":"koske"}                    the app view no longer shows the account
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'

const { TestNetwork } = createRequire(import.meta.url)('@atproto/dev-env')
const network = await TestNetwork.create({ dbPostgresSchema: 'seuranta' })
const seed = network.getSeedClient()

const posts = {} // by the name that the test gives
const likes = {}
const did = (who) => seed.dids[who]
const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\n')

const deeds = {
  account: async ({ who }) => {
    await seed.createAccount(who, { handle: `${who}.test`, email: `${who}@example.org`, password: 'password' })
    await seed.createProfile(did(who), `Nimi ${who}`, `Kuvaus ${who}`)
    return { did: did(who) }
  },
  post: async ({ who, as, text, at, quote, reply }) => {
    const when = at ? { createdAt: at } : {}
    const post = reply
      ? await seed.reply(did(who), posts[reply].ref, posts[reply].ref, text, undefined, undefined, when)
      : await seed.post(did(who), text, undefined, undefined, quote && posts[quote].ref, when)
    posts[as] = { who, ref: post.ref }
    return { uri: post.ref.uriStr }
  },
  delete: async ({ post }) => seed.deletePost(did(posts[post].who), posts[post].ref.uri),
  like: async ({ who, post }) => { likes[who + post] = await seed.like(did(who), posts[post].ref) },
  unlike: async ({ who, post }) =>
    seed.agent.app.bsky.feed.like.delete({ repo: did(who), rkey: likes[who + post].rkey }, seed.getHeaders(did(who))),
  repost: async ({ who, post }) => { await seed.repost(did(who), posts[post].ref) },
  follow: async ({ who, whom }) => { await seed.follow(did(who), did(whom)) },
  unfollow: async ({ who, whom }) => seed.unfollow(did(who), did(whom)),
  rename: async ({ who, to }) => seed.updateHandle(did(who), `${to}.test`),
  pin: async ({ who, post }) => {
    await seed.updateProfile(did(who), { displayName: `Nimi ${who}`, pinnedPost: posts[post].ref.raw })
  },
  takedown: async ({ who }) => { await network.bsky.ctx.dataplane.takedownActor({ did: did(who), ref: 'TEST' }) },
}

say({ ready: network.bsky.url })
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const deed = JSON.parse(line)
    const answer = await deeds[deed.do](deed)
    if (!deed.more) await network.processAll()
    say({ did: did(deed.who), ...(answer?.uri || answer?.did ? answer : {}) })
  } catch (err) {
    say({ error: String(err) })
  }
}
await network.close()
process.exit(0)
