// On a terminal (a pseudo-terminal of script(1)), and under a service manager: passwords are asked for twice and not shown, also when asking is
// interrupted; evidence is coloured; import shows how far it is; the manager is told of each state.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, bin, dir, needPostgres, run, sql, top, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const daemon = await Daemon.make()
const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`

/** Runs a command of the shell on a terminal. @param answers [what is waited for, what is typed then] @return {status, shown} */
async function onTerminal(command, answers = []) {
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env: { ...process.env, TERM: 'xterm' } })
    let shown = ''
    child.stdout.on('data', (piece) => (shown += piece))
    const ended = new Promise((resolve) => child.on('close', resolve))
    for (const [prompt, typed] of answers) {
        await until(() => shown.includes(prompt), `${prompt} is shown: ${shown}`, 20)
        child.stdin.write(typed)
    }
    const status = await ended
    return { status, shown: shown.replaceAll('\r', '') }
}
const add = (name, ...answers) => onTerminal(`trap : INT; ${bin} user add ${name} --role supervisor --config ${quoted(daemon.config)}; status=$?; stty -a | grep -o -- '-*\\becho\\b'; exit $status`, answers)
const accounts = () => sql("select string_agg(name, ' ' order by name) from samtale.account")

await test('a password is asked for twice, not shown, and the terminal is put back', async () => {
    const { status, shown } = await add('tina', ['Password', 'rosen er roed 17\n'], ['Again', 'rosen er roed 17\n'])
    assert.equal(status, 0, shown)
    assert.ok(!shown.includes('rosen'), shown)
    assert.match(shown, /^echo$/m)
    assert.equal(accounts(), 'tina')
})

await test('two that differ, none, one that is too long, and Ctrl-C add nobody', async () => {
    for (const [answers, piece] of [[[['Password', 'one of them\n'], ['Again', 'another one\n']], 'the two passwords differ'], [[['Password', '\n']], 'no password was given'],
        [[['Password', `${'x'.repeat(1500)}\n`]], 'the line is longer than 1023 bytes'], [[['Password', 'rosen\x03']], 'interrupted'], [[['Password', 'one of them\n'], ['Again', '\x03']], 'interrupted']]) {
        const { status, shown } = await add('uwe', ...answers)
        assert.notEqual(status, 0, shown)
        assert.ok(piece === 'interrupted' || shown.includes(piece), `${piece}: ${shown}`)
        assert.ok(!/rosen|another/.test(shown), shown)
        assert.match(shown, /^echo$/m)
    }
    assert.equal(accounts(), 'tina')
})

await test('without a terminal it says how to give the password', async () => {
    const child = spawn('setsid', ['-w', bin, 'user', 'add', 'uwe', '--role', 'supervisor', '--config', daemon.config], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (piece) => (said += piece))
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), 1)
    assert.match(said, /there is no terminal to ask on; pipe the password and say --password-stdin/)
})

await test('evidence is coloured on a terminal, and in brackets elsewhere', async () => {
    const gold = path.join(dir, 'gold.jsonl')
    writeFileSync(gold, readFileSync(path.join(top, 'src/samples/en.dev.jsonl'), 'utf8').split('\n')[0])
    const { status, shown } = await onTerminal(`${bin} explain ${quoted(gold)}`), plain = run(['explain', gold])
    assert.equal(status, 0, shown)
    assert.match(shown, /\x1b\[4;36m[^\x1b]+\x1b\[0m/)
    assert.doesNotMatch(plain, /\x1b/)
    const words = (text) => text.replace(/\x1b\[[0-9;]*m|[[\]]/g, '')
    assert.equal(words(shown), words(plain))
})

await test('import shows how far it is and what is refused, and leaves the line clean', async () => {
    const many = path.join(dir, 'many'), line = (i) => JSON.stringify({ kind: 'record', source: 'pbx', id: `t${i}`, ended_at: '2026-03-01T10:00:00Z' })
    mkdirSync(many)
    writeFileSync(path.join(many, 'a.jsonl'), Array.from({ length: 60000 }, (_, i) => line(i)).join('\n'))
    writeFileSync(path.join(many, 'b.jsonl'), `${line('x')}\n{"a": 1}\n`)
    const { status, shown } = await onTerminal(`${bin} import --dry-run ${quoted(many)}`)
    assert.equal(status, 1)
    assert.match(shown, /\[#*\.*\] +\d+ % +\d+ messages, \d+\/s.* a\.jsonl/)
    assert.match(shown, /b\.jsonl:2: /)
    assert.match(shown, /60001 messages would be imported, 1 refused/)
})

await test('a service manager is told when it is ready, lives, reloads and stops', async () => {
    const at = path.join(dir, 'notify'), states = path.join(dir, 'states')
    const listener = spawn('perl', ['-MIO::Socket::UNIX', '-e', `$| = 1; my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => shift) or die; open my $o, '>>', shift; $o->autoflush(1);
        print "on\\n"; while (defined $s->recv(my $t, 1000)) { print $o "$t\\n" }`, at, states])
    atEnd(() => listener.kill())
    await new Promise((resolve) => listener.stdout.once('data', resolve))
    const told = (state) => until(() => readFileSync(states, 'utf8').split('\n').includes(state), state, 20)
    daemon.env = { NOTIFY_SOCKET: at, WATCHDOG_USEC: '200000' }
    await daemon.start()
    await told('READY=1')
    await told('WATCHDOG=1')
    writeFileSync(states, '')
    daemon.child.kill('SIGHUP')
    await told('RELOADING=1')
    await told('READY=1')
    assert.equal(await daemon.stop(), 0)
    await told('STOPPING=1')
    for (const env of [{ NOTIFY_SOCKET: at, WATCHDOG_USEC: '200000', WATCHDOG_PID: '1' }, { NOTIFY_SOCKET: at, WATCHDOG_USEC: 'soon' }]) { // meant for another process, or nonsense
        writeFileSync(states, '')
        daemon.env = env
        await daemon.start()
        await told('READY=1')
        await new Promise((resolve) => setTimeout(resolve, 300))
        assert.equal(await daemon.stop(), 0)
        assert.ok(!readFileSync(states, 'utf8').includes('WATCHDOG'))
    }
    for (const socket of ['relative/path', '@', `/${'x'.repeat(200)}`, '@samtaled-nobody-listens']) {
        daemon.env = { NOTIFY_SOCKET: socket }
        await daemon.start()
        assert.equal(await daemon.stop(), 0, socket)
    }
})

await done()
