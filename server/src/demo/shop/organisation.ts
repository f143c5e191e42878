import type { DemoAgent, DemoInbox } from './types.ts';

type DemoTeam = 'counter' | 'workshop';

interface DemoMembership {
  readonly inbox: DemoInbox;
  readonly capability: 'read' | 'reply' | 'manage';
}

interface DemoOrganisation {
  readonly name: string;
  readonly domain: string;
  readonly teams: readonly { readonly key: DemoTeam; readonly name: string }[];
  readonly inboxes: readonly {
    readonly key: DemoInbox;
    readonly name: string;
    readonly team: DemoTeam;
    readonly address: string;
    readonly colour: string;
    readonly apiCode: string;
  }[];
  readonly agents: readonly {
    readonly key: DemoAgent;
    readonly name: string;
    readonly email: string;
    readonly role: 'admin' | 'agent';
    readonly memberships: readonly DemoMembership[];
  }[];
}

export const demoOrganisation: DemoOrganisation = {
  name: 'Fernhill Paper',
  domain: 'fernhillpaper.example',
  teams: [
    { key: 'counter', name: 'Counter' },
    { key: 'workshop', name: 'Workshop' },
  ],
  inboxes: [
    {
      key: 'hello',
      name: 'Hello',
      team: 'counter',
      address: 'hello@fernhillpaper.example',
      colour: '#6d8b2f',
      apiCode: 'hello',
    },
    {
      key: 'orders',
      name: 'Orders',
      team: 'counter',
      address: 'orders@fernhillpaper.example',
      colour: '#3b82a0',
      apiCode: 'orders',
    },
    {
      key: 'bindery',
      name: 'Bindery',
      team: 'workshop',
      address: 'bindery@fernhillpaper.example',
      colour: '#c2643b',
      apiCode: 'bindery',
    },
    {
      key: 'texts',
      name: 'Texts',
      team: 'counter',
      address: 'texts@fernhillpaper.example',
      colour: '#8a5a9e',
      apiCode: 'texts',
    },
  ],
  agents: [
    {
      key: 'mara',
      name: 'Mara Okafor',
      email: 'mara@fernhillpaper.example',
      role: 'admin',
      memberships: [
        { inbox: 'hello', capability: 'manage' },
        { inbox: 'orders', capability: 'manage' },
        { inbox: 'bindery', capability: 'manage' },
        { inbox: 'texts', capability: 'manage' },
      ],
    },
    {
      key: 'jonas',
      name: 'Jonas Lind',
      email: 'jonas@fernhillpaper.example',
      role: 'agent',
      memberships: [
        { inbox: 'hello', capability: 'reply' },
        { inbox: 'orders', capability: 'reply' },
        { inbox: 'texts', capability: 'reply' },
      ],
    },
    {
      key: 'tess',
      name: 'Tess Amiri',
      email: 'tess@fernhillpaper.example',
      role: 'agent',
      memberships: [
        { inbox: 'hello', capability: 'reply' },
        { inbox: 'orders', capability: 'reply' },
        { inbox: 'texts', capability: 'reply' },
      ],
    },
    {
      key: 'luis',
      name: 'Luis Prado',
      email: 'luis@fernhillpaper.example',
      role: 'agent',
      memberships: [
        { inbox: 'bindery', capability: 'reply' },
        { inbox: 'hello', capability: 'read' },
      ],
    },
    {
      key: 'wen',
      name: 'Wen Zhao',
      email: 'wen@fernhillpaper.example',
      role: 'agent',
      memberships: [{ inbox: 'bindery', capability: 'reply' }],
    },
  ],
};
