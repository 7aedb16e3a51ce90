// test_api_doors.mjs: the doors of the HTTP interface: signing in and out, tokens, other sites, messages in every form and every refusal, a
// database that does not answer, and TLS.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { Daemon, dir, drained, needPostgres, pause, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, skip, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, failing, makeAccounts, makeToken, MESSAGES, PASSWORDS, startDaemon } = await import('./api.mjs')

let daemon, anybody, token, ingest
atEnd(() => daemon?.stop())
await test('the daemon starts', async () => {
    daemon = await startDaemon({ limits: { message_bytes: '64 KiB' }, http: { proxies: '192.0.2.1, 127.0.0.1', bodies_bytes: '256 KiB', answer_timeout: '1500 ms', database_connections: 2 }, sign_in: { attempts: 3 } })
    makeAccounts(daemon)
    anybody = new Client(daemon.url)
    token = makeToken(daemon, 'ingrid', 'ingest')
    ingest = new Client(daemon.url, { Authorization: `Bearer ${token}` })
})
const type = (answer) => answer.json?.type?.replace('urn:samtale:problem:', '')
const refused = (answer, status, name) => assert.deepEqual([answer.status, type(answer)], [status, name], answer.text)

/* ---- accounts ------------------------------------------------------------------------------------------------------- */

await test('accounts: clear refusals, a list, no password anywhere', () => {
    const add = (words, input = 'long enough\n') => failing(['user', 'add', ...words, '--password-stdin', '--config', daemon.config], input)
    assert.match(add(['ann', '--role', 'admin']).stderr, /there is an account "ann" already/)
    assert.match(add(['bob', '--role', 'king']).stderr, /"king" is no role/)
    assert.match(add(['bob', '--role', 'agent']).stderr, /an agent needs --agent/)
    assert.match(add(['bob', '--role', 'admin'], 'short\n').stderr, /8 to 1000 bytes, this one has 5/)
    assert.match(add(['bob', '--role', 'admin'], '').stderr, /no password/)
    assert.match(add([]).stderr, /a name is missing/)
    assert.match(failing(['user', 'set', 'nobody', '--disable', '--config', daemon.config]).stderr, /there is no account "nobody"/)
    assert.match(failing(['user', 'add', 'bob', '--role', 'admin', '--config', daemon.config]).stderr, /no terminal|--password-stdin/)
    const list = run(['user', 'list', '--config', daemon.config])
    assert.match(list, /^sue +supervisor +active +North/m)
    assert.doesNotMatch(sql('select row_to_json(a) from samtale.account a'), /admin of ours/)
    assert.match(sql("select password_hash from samtale.account where name = 'ann'"), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

/* ---- signing in ------------------------------------------------------------------------------------------------------ */

await test('a right password gives a cookie that scripts and other sites cannot have', async () => {
    const answer = await anybody.post('/v1/session', { name: 'ann', password: PASSWORDS.ann })
    assert.match(answer.headers.get('set-cookie'), /^samtale_session=sam_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
    assert.deepEqual([answer.json.name, answer.json.role, answer.json.teams], ['ann', 'admin', []])
    const cookie = answer.headers.get('set-cookie').split(';')[0]
    assert.doesNotMatch(sql('select row_to_json(s) from samtale.session s'), new RegExp(cookie.split('=')[1]))
    const ann = new Client(daemon.url, { Cookie: cookie })
    assert.deepEqual((await ann.get('/v1/me')).json, answer.json)
    assert.equal((await ann.ask('DELETE', '/v1/session')).status, 204)
    refused(await ann.get('/v1/me'), 401, 'not_signed_in')
})
await test('a wrong password and an unknown name get the same answer; both are on record', async () => {
    sql('truncate samtale.access_log')
    const wrong = await anybody.post('/v1/session', { name: 'ann', password: 'not this one' })
    const unknown = await anybody.post('/v1/session', { name: 'nobody', password: 'not this one' })
    refused(wrong, 401, 'wrong_credentials')
    refused(unknown, 401, 'wrong_credentials')
    assert.equal(wrong.json.detail, unknown.json.detail)
    assert.equal(sql("select count(*), count(account_id) from samtale.access_log where what = 'sign_in_failed'"), '2|1')
})
await test('after some failures a name is throttled from that address, others are not; a right password starts anew', async () => {
    const fail = () => anybody.post('/v1/session', { name: 'anna', password: 'not this one' })
    for (let i = 0; i < 2; i++) refused(await fail(), 401, 'wrong_credentials')
    await anybody.signIn('anna', PASSWORDS.anna)
    for (let i = 0; i < 3; i++) refused(await fail(), 401, 'wrong_credentials')
    const stopped = await fail()
    refused(stopped, 429, 'too_many_attempts')
    assert.ok(Number(stopped.headers.get('retry-after')) > 0)
    refused(await anybody.post('/v1/session', { name: 'anna', password: PASSWORDS.anna }), 429, 'too_many_attempts')
    await anybody.signIn('sue', PASSWORDS.sue)
})
await test('a proxy in front is believed when it names the client, the last name it wrote', async () => {
    const from = (name) => new Client(daemon.url, { 'X-Forwarded-For': name }).post('/v1/session', { name: 'anna', password: PASSWORDS.anna })
    for (const name of ['127.0.0.1', '198.51.100.9, 127.0.0.1', '1'.repeat(64), '198.51.100.9,', ' ']) refused(await from(name), 429, 'too_many_attempts')
    for (const name of ['198.51.100.7', '127.0.0.1, 198.51.100.8 ']) assert.ok((await from(name)).status < 300, name)
})
await test('a session ends when it lies idle, when its time is up, when the account changes', async () => {
    const end = async (what) => {
        const ann = await anybody.signIn('ann', PASSWORDS.ann)
        assert.equal((await ann.get('/v1/me')).status, 200)
        what()
        await until(async () => (await ann.get('/v1/me')).status === 401, 'the session has ended', 20)
    }
    await end(() => sql("update samtale.session set seen_at = now() - interval '31 minutes'"))
    await end(() => sql("update samtale.session set expires_at = now() - interval '1 second'"))
    await end(() => run(['user', 'set', 'ann', '--disable', '--config', daemon.config]))
    refused(await anybody.post('/v1/session', { name: 'ann', password: PASSWORDS.ann }), 401, 'wrong_credentials')
    run(['user', 'set', 'ann', '--enable', '--password-stdin', '--config', daemon.config], { input: 'another one\n' })
    await anybody.signIn('ann', 'another one')
    run(['user', 'set', 'ann', '--password-stdin', '--config', daemon.config], { input: `${PASSWORDS.ann}\n` })
})
await test('bodies of a sign-in are read strictly', async () => {
    const bad = ['', '{', '[]', '"x"', '{"name":"ann"}', '{"name":"ann","password":1}', '{"name":"ann","password":""}', '{"name":"ann","password":"x","more":1}',
        '{"name":"ann","name":"ann","password":"x"}', '{"Name":"ann","password":"x"}', '{"name":"ann","password":"x"} x', '{"name":"a\\u0000b","password":"x"}',
        Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), '{"name":"' + 'x'.repeat(900) + '","password":"x"}', '['.repeat(5000)]
    for (const body of bad) refused(await anybody.post('/v1/session', body), 400, 'bad_body')
    refused(await anybody.post('/v1/session', '{}', { 'Content-Type': 'text/plain' }), 415, 'unsupported_type')
    refused(await anybody.post('/v1/session', `{"name":"${'x'.repeat(9000)}"}`), 413, 'too_large')
})
await test('what another site makes a browser send is refused', async () => {
    const ann = await anybody.signIn('ann', PASSWORDS.ann)
    const host = new URL(daemon.url).host
    for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { Origin: `http://${host}.evil.example` }, { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' }]) {
        refused(await raw('DELETE', '/v1/session', { ...ann.headers, ...headers }), 403, 'cross_site')
        refused(await raw('POST', '/v1/session', { 'Content-Type': 'application/json', ...headers }, JSON.stringify({ name: 'ann', password: PASSWORDS.ann })), 403, 'cross_site')
    }
    assert.equal((await raw('DELETE', '/v1/session', { ...ann.headers, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' })).status, 204)
})
/** As a browser would: with headers that fetch() keeps for itself. */
function raw(method, address, headers, body) {
    return new Promise((resolve, reject) => {
        const request = http.request(daemon.url + address, { method, headers }, (answer) => {
            let text = ''
            answer.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () =>
                resolve({ status: answer.statusCode, text, json: /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : undefined }))
        }).on('error', reject)
        request.end(body)
    })
}

/* ---- tokens ----------------------------------------------------------------------------------------------------------- */

await test('a token may what its scopes and its account both allow, until it is removed', async () => {
    refused(await new Client(daemon.url, { Authorization: `Bearer ${makeToken(daemon, 'ingrid', 'read', 'admin')}` }).get('/v1/queues'), 403, 'forbidden')
    const reader = new Client(daemon.url, { Authorization: `Bearer ${makeToken(daemon, 'ann', 'read')}` })
    assert.equal((await reader.get('/v1/queues')).status, 200)
    refused(await reader.post('/v1/messages', '{}'), 403, 'forbidden')
    refused(await reader.ask('DELETE', '/v1/session'), 403, 'forbidden')
    refused(await new Client(daemon.url, { Authorization: 'Bearer sam_wrong' }).get('/v1/me'), 401, 'not_signed_in')
    const listed = run(['token', 'list', '--config', daemon.config])
    assert.doesNotMatch(listed, new RegExp(token))
    const id = /^(\w{12}) +ann +tests +read +never/m.exec(listed)[1]
    run(['token', 'remove', id, '--config', daemon.config])
    await until(async () => (await reader.get('/v1/queues')).status === 401, 'the token has ended', 20)
    assert.match(failing(['token', 'remove', id, '--config', daemon.config]).stderr, /there is no token/)
    assert.match(failing(['token', 'add', 'nobody', '--scope', 'read', '--for', 'x', '--config', daemon.config]).stderr, /there is no account/)
})

/* ---- messages ----------------------------------------------------------------------------------------------------------- */

await test('messages in every form are durable when they are accepted', async () => {
    const [one, two, three] = MESSAGES.map((message) => JSON.stringify(message))
    assert.deepEqual((await ingest.post('/v1/messages', one)).json, { accepted: 1 })
    assert.deepEqual((await ingest.post('/v1/messages', `${two}\r\n\n  \n${three}\n`, { 'Content-Type': 'application/x-ndjson' })).json, { accepted: 2 })
    assert.equal((await ingest.post('/v1/messages/record?source=elsewhere', '{"id":"r1","offered_at":"2026-10-24T08:00:00Z"}')).status, 202)
    assert.equal((await ingest.post('/v1/messages?source=elsewhere&kind=record', '{"id":"r2","offered_at":"2026-10-24T08:00:00Z"}')).status, 202)
    const vcon = { vcon: '0.0.1', uuid: '0185656d-fake-8000-8000-000000000001', created_at: '2026-10-24T08:00:00Z', parties: [{ name: 'x' }], dialog: [], analysis: [], attachments: [] }
    assert.equal((await ingest.post('/v1/messages?source=vcons', vcon, { 'Content-Type': 'application/vcon+json' })).status, 202)
    await drained()
    assert.equal(sql("select string_agg(external_id, ' ' order by external_id) from samtale.conversation_key where external_id ~ '^[cr]'"), 'c1 c2 c3 r1 r2')
    assert.match(sql("select string_agg(name, ' ') from samtale.source"), /elsewhere/)
})
await test('what cannot be read is accepted too, and becomes a dead letter with its reason', async () => {
    assert.equal((await ingest.post('/v1/messages', Buffer.from([0xff, 0, 1, 2]))).status, 202)
    await drained()
    assert.equal(sql("select count(*) from samtale.dead_letter where body = '\\xff000102'::bytea and reason <> ''"), '1')
})
await test('envelopes are checked: kind, source, content type, empty bodies', async () => {
    refused(await ingest.post('/v1/messages/fax', '{}'), 404, 'not_found')
    refused(await ingest.post('/v1/messages?kind=fax', '{}'), 400, 'bad_parameter')
    refused(await ingest.post('/v1/messages/record?kind=record', '{}'), 400, 'bad_parameter')
    refused(await ingest.post(`/v1/messages?source=${'x'.repeat(201)}`, '{}'), 400, 'bad_parameter')
    refused(await ingest.post('/v1/messages?source=', '{}'), 400, 'bad_parameter')
    refused(await ingest.post('/v1/messages', '{}', { 'Content-Type': 'text/html' }), 415, 'unsupported_type')
    refused(await ingest.post('/v1/messages', ''), 400, 'bad_body')
    refused(await ingest.post('/v1/messages', '\n \n', { 'Content-Type': 'application/x-ndjson' }), 400, 'bad_body')
    refused(await ingest.post('/v1/messages', '{}\n'.repeat(10001), { 'Content-Type': 'application/x-ndjson' }), 413, 'too_large')
    refused(await anybody.post('/v1/messages', '{}'), 401, 'not_signed_in')
})
await test('a body over the limit is refused while it is read, announced or not', async () => {
    refused(await ingest.post('/v1/messages', Buffer.alloc(65537, 32)), 413, 'too_large')
    assert.equal((await ingest.post('/v1/messages', Buffer.concat([Buffer.from('{}'), Buffer.alloc(65534, 32)]))).status, 202)
    const sent = await new Promise((resolve) => {
        const request = http.request(`${daemon.url}/v1/messages`, { method: 'POST', headers: { ...ingest.headers, 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' } })
        let bytes = 0, status = 0
        const piece = Buffer.alloc(16384, 32)
        const more = () => { // slowly: a client that pours megabytes out before it looks may lose the answer
            if (status || bytes >= 1 << 24) return
            bytes += piece.length
            request.write(piece)
            setTimeout(more, 10)
        }
        request.on('response', (answer) => { status = answer.statusCode; answer.resume() })
        request.on('error', () => {}).on('close', () => resolve({ status, bytes }))
        more()
    })
    assert.equal(sent.status, 413)
    assert.ok(sent.bytes < 1 << 24, 'it was not read whole')
    await drained()
})
await test('many at once are all accepted, each once', async () => {
    const one = (i) => ingest.post('/v1/messages?source=many&kind=record', { id: `m${i}`, offered_at: '2026-10-24T08:00:00Z' })
    const statuses = await Promise.all(Array.from({ length: 300 }, (_, i) => one(i).then((answer) => answer.status)))
    assert.deepEqual(new Set(statuses), new Set([202]))
    await drained()
    assert.equal(sql("select count(*) from samtale.conversation_key where external_id ~ '^m'"), '300')
})
await test('a full queue answers 429 with Retry-After, and takes messages again when it has room', async () => {
    sql('update samtale.inbox_state set backlog_limit = 0 where lane = 0')
    const answer = await ingest.post('/v1/messages', JSON.stringify(MESSAGES[3]))
    refused(answer, 429, 'backlog_full')
    assert.ok(Number(answer.headers.get('retry-after')) > 0)
    sql('update samtale.inbox_state set backlog_limit = 1000000 where lane = 0')
    assert.equal((await ingest.post('/v1/messages', JSON.stringify(MESSAGES[3]))).status, 202)
})
await test('a database that hangs gives 503 and the connection serves on', async () => {
    const lock = spawn('psql', ['-X', '-q'], { stdio: ['pipe', 'pipe', 'inherit'] })
    lock.stdin.write('begin; lock table samtale.inbox_state in access exclusive mode; select 1;\n')
    await new Promise((resolve) => lock.stdout.once('data', resolve))
    const answers = await Promise.all([1, 2, 3, 4].map(() => ingest.post('/v1/messages', '{}')))
    for (const answer of answers) assert.equal(answer.status, 503, answer.text)
    lock.stdin.end('rollback;\n')
    await new Promise((resolve) => lock.on('close', resolve))
    await until(async () => (await ingest.post('/v1/messages', '{}')).status === 202, 'messages are taken again', 20)
})
await test('a lost database gives 503, and all is well when it is back', async () => {
    const ann = await anybody.signIn('ann', PASSWORDS.ann)
    sql("alter role samtale nologin; select pg_terminate_backend(pid) from pg_stat_activity where usename = 'samtale'")
    await pause(100)
    const answer = await ann.get('/v1/queues')
    refused(answer, 503, 'unavailable')
    assert.equal((await anybody.get('/readyz')).status, 503)
    assert.match((await anybody.get('/metrics')).text, /^samtale_database_up 0$/m)
    assert.equal((await anybody.get('/healthz')).status, 200)
    sql('alter role samtale login')
    await daemon.ready(30)
    assert.equal((await ann.get('/v1/queues')).status, 200)
})

/* ---- the process --------------------------------------------------------------------------------------------------------- */

await test('an address in use, a wrong one, a wrong zone: one clear sentence each', async () => {
    const start = async (settings, expected) => {
        const other = await Daemon.make(settings, `${process.env.SAMTALE_CONNECTION} user=samtale`)
        await other.start(false)
        assert.equal(await other.ended, 1)
        assert.match(other.said(), expected)
    }
    await start({ http: { listen: `127.0.0.1:${daemon.port}` } }, /another program listens there/)
    await start({ http: { listen: '192.0.2.1:8080' } }, /no network interface has this address/)
    await start({ numbers: { time_zone: 'Europe/Atlantis' } }, /"Europe\/Atlantis" is no time zone/)
    await start({ http: { tls_key_file: '/no/key', tls_certificate_file: '/no/certificate' } }, /tls_key_file: cannot read \/no\/key/)
    await start({ http: { proxies: '192.0.2.1, 127.0.0.1', bodies_bytes: '1 MiB' } }, /bodies_bytes must not be less/)
})
await test('no secret is in the log', () => {
    const log = daemon.said()
    for (const secret of [token, ...Object.values(PASSWORDS), 'another one']) assert.ok(!log.includes(secret))
})
await test('it stops in order while clients are connected', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => new Promise((resolve) => {
        const request = http.get(`${daemon.url}/healthz`, { agent: new http.Agent({ keepAlive: true }) }, (answer) => answer.resume().on('end', () => resolve(request)))
    })))
    assert.equal(sockets.length, 3)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
})
await test('TLS: answers, marks cookies, and says so to browsers', async () => {
    const key = path.join(dir, 'tls.key'), certificate = path.join(dir, 'tls.crt')
    try {
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj',
            '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
    } catch {
        return skip('openssl is not installed')
    }
    const secure = await Daemon.make({ http: { tls_key_file: key, tls_certificate_file: certificate } }, `${process.env.SAMTALE_CONNECTION} user=samtale`)
    await secure.start(false)
    atEnd(() => secure.stop())
    const ask = (method, address, body) => new Promise((resolve, reject) => {
        const request = https.request(`https://127.0.0.1:${secure.port}${address}`, { method, ca: readFileSync(certificate), headers: { 'Content-Type': 'application/json' } },
            (answer) => answer.resume().on('end', () => resolve(answer))).on('error', reject)
        request.end(body)
    })
    await until(() => ask('GET', '/readyz').then((answer) => answer.statusCode === 200, () => false), 'it is ready', 30)
    const answer = await ask('POST', '/v1/session', JSON.stringify({ name: 'ann', password: PASSWORDS.ann }))
    assert.equal(answer.statusCode, 200)
    assert.match(answer.headers['set-cookie'][0], /; Secure/)
    assert.match(answer.headers['strict-transport-security'], /max-age/)
    assert.equal(await secure.stop(), 0)
    writeFileSync(key, 'no key')
    const broken = await Daemon.make({ http: { tls_key_file: key, tls_certificate_file: certificate } }, `${process.env.SAMTALE_CONNECTION} user=samtale`)
    await broken.start(false)
    assert.equal(await broken.ended, 1)
    assert.match(broken.said(), /TLS key and certificate cannot be used/)
})
