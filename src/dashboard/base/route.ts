// Routes live behind '#', so that one file at any address (also below a proxy's path) serves every page, and no
// filter or conversation id reaches a proxy's log through the page's own address.

export type Page = 'overview' | 'figures' | 'budget' | 'conversations' | 'conversation' | 'definitions';

export interface Route {
  page: Page;
  id: string;
  query: URLSearchParams;
}

/** Reads "#/conversations/17?queue=Loans". Anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#\/?/, '');
  const cut = text.indexOf('?');
  const path = cut < 0 ? text : text.slice(0, cut);
  const query = new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1));
  const [head = '', tail = ''] = path.split('/');
  if (head === 'conversations' && tail !== '') return { page: 'conversation', id: decode(tail), query };
  if (head === 'conversations') return { page: 'conversations', id: '', query };
  if (head === 'figures' || head === 'budget') return { page: head, id: '', query };
  if (head === 'definitions') return { page: 'definitions', id: '', query };
  return { page: 'overview', id: '', query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const PATHS: Record<Exclude<Page, 'conversation'>, string> = {
  overview: '',
  figures: 'figures',
  budget: 'budget',
  conversations: 'conversations',
  definitions: 'definitions',
};

/** The address of a page with its query; empty values are left out, keys in the order given. */
export function href(page: Exclude<Page, 'conversation'>, query: Record<string, string | undefined> = {}): string {
  return `#/${PATHS[page]}${queryText(query)}`;
}

/** The address of one conversation; the query is the list it was opened from, so that "back" keeps its filters. */
export function conversationHref(id: string | number, query: Record<string, string | undefined> = {}): string {
  return `#/conversations/${encodeURIComponent(String(id))}${queryText(query)}`;
}

/** "?a=b&c=d", or "" when nothing is set. */
export function queryText(query: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
