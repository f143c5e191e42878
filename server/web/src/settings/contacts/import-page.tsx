import type { ContactImport, ImportPlan } from '@latchbox/client/admin';
import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from '../../app/link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { ImportPlanForm } from './import-plan.tsx';
import { ImportProgress } from './import-progress.tsx';

/** How often an import that is under way is looked at, in ms. */
const EVERY = 500;

/** One import: what its columns are, how far it is, and what became of it. */
export function ImportPage({ id }: { id: string }) {
  const { contactImports } = useAdmin();
  const { asked, again, put } = useAsked(id, (signal) => contactImports.get(id, { signal }));
  const known = asked.state === 'ready' ? asked.value : undefined;
  const moves = known !== undefined && ['reading', 'running', 'undoing'].includes(known.state);
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(again, EVERY);
    return () => clearInterval(timer);
  }, [moves, again]);
  const changed = (one: ContactImport, suggestion: ImportPlan): void => put({ ...one, suggestion });
  return (
    <Page
      title={known?.fileName ?? 'Import'}
      lede={
        <Link className="contacts-back" href={settingsPath('contacts', 'import')}>
          <Icon of={ArrowLeft} size={15} />
          All imports
        </Link>
      }
    >
      <Loaded asked={asked} what="The import" onRetry={again}>
        {(one) =>
          one.state === 'ready' ? (
            <ImportPlanForm one={one} onStarted={(started) => changed(started, one.suggestion)} />
          ) : (
            <ImportProgress one={one} onChanged={(next) => changed(next, one.suggestion)} />
          )
        }
      </Loaded>
    </Page>
  );
}
