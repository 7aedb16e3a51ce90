// The shell: who is signed in, what there is to filter by, the head, and the page that the address names.
import { useCallback, useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks';
import { ApiError, api } from './base/api';
import { onSignedOut, useRead, useRoute, type Read } from './base/hooks';
import type { Route } from './base/route';
import type { Choices, Session } from './base/types';
import { chooseLocale, locale, t, type Locale } from './i18n';
import { BudgetPage } from './pages/budget';
import { ConversationPage } from './pages/conversation';
import { ConversationsPage } from './pages/conversations';
import { DefinitionsPage } from './pages/definitions';
import { FiguresPage } from './pages/figures';
import { OverviewPage } from './pages/overview';
import { SignInPage } from './pages/sign_in';
import { Head } from './parts/head';
import { Failure, Loading } from './parts/states';

/** undefined: not known yet; null: nobody. */
type Who = Session | null | undefined;

/** Says that this browser signed in before: the first visit need not ask the server who it is and be refused. */
const SIGNED_IN = 'samtale.signed_in';

export function App() {
  const [who, setWho] = useState<Who>(undefined);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [language, setLanguage] = useState<Locale>(locale());
  const [ended, setEnded] = useState(false);
  const ask = useCallback(() => {
    setFailed(null);
    if (localStorage.getItem(SIGNED_IN) === null) {
      setWho(null);
      return;
    }
    api.me(new AbortController().signal).then(setWho, (error: unknown) => {
      if (error instanceof ApiError && error.kind === 'not_signed_in') setWho(null);
      else setFailed(error instanceof ApiError ? error : new ApiError('internal', 0, String(error), null));
    });
  }, []);
  useEffect(ask, [ask]);
  useEffect(() => {
    onSignedOut(() => {
      setEnded(true);
      setWho(null);
    });
  }, []);
  const choose = (chosen: Locale): void => {
    chooseLocale(chosen);
    setLanguage(chosen);
  };
  const enter = (session: Session): void => {
    localStorage.setItem(SIGNED_IN, '');
    setWho(session);
  };
  if (failed !== null) return <Failure error={failed} again={ask} />;
  if (who === undefined) return <Loading />;
  if (who === null) return <SignInPage key={language} ended={ended} done={enter} choose={choose} />;
  const leave = (): void => {
    api.signOut().finally(() => {
      localStorage.removeItem(SIGNED_IN);
      setEnded(false);
      setWho(null);
    });
  };
  return <SignedIn key={language} session={who} choose={choose} leave={leave} />;
}

function SignedIn(props: { session: Session; choose: (chosen: Locale) => void; leave: () => void }) {
  const route = useRoute();
  const choices = useRead('choices', (signal) => api.choices(signal));
  const arrived = useRef(false);
  useEffect(() => {
    // a new page begins at its top, for readers of the screen too; the first one begins where the browser does
    if (arrived.current) document.getElementById('main')?.focus({ preventScroll: true });
    arrived.current = true;
    window.scrollTo(0, 0);
  }, [route.page, route.id]);
  const skip = (event: Event): void => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  };
  const [broken, repair] = useErrorBoundary((error: unknown) => console.error(error));
  useEffect(repair, [route]);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t('app.skip')}
      </a>
      <Head route={route} session={props.session} choose={props.choose} leave={props.leave} />
      <main id="main" tabIndex={-1}>
        {broken !== undefined && <Failure error={new ApiError('internal', 0, String(broken), null)} again={repair} />}
        {broken === undefined && <Pages route={route} choices={choices} />}
      </main>
    </>
  );
}

/** The page that the address names; overview and list wait for what there is to filter by. */
function Pages({ route, choices }: { route: Route; choices: Read<Choices> }) {
  if (route.page === 'conversation') return <ConversationPage key={route.id} route={route} />;
  if (route.page === 'definitions') return <DefinitionsPage />;
  if (choices.error !== null) return <Failure error={choices.error} again={choices.again} />;
  if (choices.data === null) return <Loading />;
  if (route.page === 'conversations') return <ConversationsPage route={route} choices={choices.data} />;
  if (route.page === 'figures') return <FiguresPage route={route} choices={choices.data} />;
  if (route.page === 'budget') return <BudgetPage route={route} choices={choices.data} />;
  return <OverviewPage route={route} choices={choices.data} />;
}
