// The head of every page: mark, pages, and a menu for language, appearance and signing out.
import { useEffect, useRef, useState } from 'preact/hooks';
import { readFilters, sharedQuery } from '../base/filters';
import { href, type Page, type Route } from '../base/route';
import { chooseTheme, theme, THEMES, type Theme } from '../base/theme';
import type { Session } from '../base/types';
import { LOCALES, locale, t, type Locale } from '../i18n';
import { Icon } from './icon';
import { Mark } from './mark';

interface HeadProps {
  route: Route;
  session: Session;
  choose: (chosen: Locale) => void;
  leave: () => void;
}

export function Head(props: HeadProps) {
  const shared = sharedQuery(readFilters(props.route.query));
  const link = (page: Exclude<Page, 'conversation'>, on: boolean) => (
    <a href={href(page, page === 'definitions' ? {} : shared)} aria-current={on ? 'page' : undefined}>
      {t(`nav.${page}`)}
    </a>
  );
  const { page } = props.route;
  return (
    <header class="head">
      <div class="head-in">
        <a class="brand" href={href('overview', shared)}>
          <Mark size={20} />
          <span>samtale</span>
        </a>
        <nav aria-label={t('nav.main')}>
          {link('overview', page === 'overview')}
          {link('figures', page === 'figures')}
          {link('budget', page === 'budget')}
          {link('conversations', page === 'conversations' || page === 'conversation')}
          {link('definitions', page === 'definitions')}
        </nav>
        <Menu {...props} />
      </div>
    </header>
  );
}

function Menu(props: HeadProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (box.current !== null && event.target instanceof Node && !box.current.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
  return (
    <div class="menu" ref={box}>
      <button
        ref={button}
        type="button"
        class="menu-button"
        aria-expanded={open}
        aria-controls="menu"
        aria-label={t('nav.account')}
        onClick={() => setOpen(!open)}
      >
        <span class="menu-initial" aria-hidden="true">
          {props.session.name.slice(0, 1).toUpperCase()}
        </span>
        <Icon name="down" />
      </button>
      {open && (
        <div class="menu-panel" id="menu">
          <p class="menu-who">{t('nav.signed_in', { name: props.session.name })}</p>
          <LocaleChoice choose={props.choose} />
          <ThemeChoice />
          <button type="button" class="button wide" onClick={props.leave}>
            {t('nav.sign_out')}
          </button>
        </div>
      )}
    </div>
  );
}

/** The page's language; also on the sign-in page. */
export function LocaleChoice(props: { choose: (chosen: Locale) => void }) {
  return (
    <label class="field">
      <span>{t('language.label')}</span>
      <select value={locale()} onChange={(event) => props.choose(event.currentTarget.value as Locale)}>
        {Object.entries(LOCALES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemeChoice() {
  const [chosen, setChosen] = useState<Theme>(theme());
  const choose = (value: Theme): void => {
    chooseTheme(value);
    setChosen(value);
  };
  return (
    <fieldset class="segments">
      <legend>{t('theme.label')}</legend>
      {THEMES.map((value) => (
        <label key={value}>
          <input type="radio" name="theme" checked={chosen === value} onChange={() => choose(value)} />
          <span>{t(`theme.${value}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
