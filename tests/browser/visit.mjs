// visit.mjs: a visit to the centre's page: opening an address and waiting until it has settled, signing in, asking the API as the page does.
import { atEnd } from '../lib/tap.mjs'
import { LAST_DAY, NAME, PASSWORD, startCentre } from './centre.mjs'
import { startChromium } from './chromium.mjs'

/** The four weeks before the last sample day, as a query. */
export const WEEKS = `from=2026-06-01&to=${LAST_DAY}`
const PAGE_TEST = `from=${LAST_DAY}&to=${LAST_DAY}&queue=Page+test`

export const settled = (page) => page.waitForFunction(() => document.querySelector('main') && !document.querySelector('.loading, [aria-busy="true"]'))

export async function signIn(page, password = PASSWORD) {
    await page.fill('input[name=name]', NAME)
    await page.fill('input[name=password]', password)
    await page.click('button[type=submit]')
}

/** The daemon with its conversations, and the browser. */
export class Visit {
    static async begin() {
        const visit = new Visit()
        atEnd(() => visit.end())
        visit.centre = await startCentre()
        visit.browser = await startChromium(visit.centre.url)
        visit.url = visit.centre.url
        return visit
    }

    /** Opens an address in a page of its own. */
    async at(hash, width, scheme) {
        const page = await this.browser.open(width, scheme)
        await page.goto(`${this.url}/${hash}`)
        await settled(page)
        return page
    }

    /** The API's answer for the signed-in browser. */
    async ask(path) {
        return (await this.browser.context.request.get(`${this.url}/${path}`)).json()
    }

    /** The number of one of the conversations made for the page. */
    async idOf(external) {
        return (await this.ask(`v1/conversations?${PAGE_TEST}`)).items.find((item) => item.external_id === external).id
    }

    /** Closes both. @return how the daemon ended: 0 in order */
    async end() {
        const { browser, centre } = this
        this.browser = this.centre = undefined
        await browser?.close()
        return centre?.stop()
    }
}
