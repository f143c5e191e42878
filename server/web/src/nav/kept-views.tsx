import { Bookmark, Users } from 'lucide-react';
import { placePath, type View } from '../app/place.ts';
import { Icon } from '../ui/icon.tsx';
import { useSavedViews } from '../views/views-context.ts';
import { NavLink } from './nav-link.tsx';

/** Lists that are kept under a name: mine, and those that are shared. */
export function KeptViews({ current, onChosen }: { current: View | null; onChosen: () => void }) {
  const { views } = useSavedViews();
  if (views === null || views.length === 0) return null;
  return (
    <>
      <h2 className="nav-title">Views</h2>
      {views.map(({ id, name, shared }) => (
        <NavLink
          key={id}
          href={placePath({ view: { name: 'view', viewId: id }, conversationId: null })}
          shortcut={undefined}
          name={shared ? `${name}, shared` : name}
          label={name}
          current={current?.name === 'view' && current.viewId === id}
          onChosen={onChosen}
          icon={<Icon of={shared ? Users : Bookmark} size={17} />}
          count={0}
        />
      ))}
    </>
  );
}
