import { STREAM } from '@trendpot/contracts';
import type { Messaging } from '@trendpot/messaging';
import type { Budget, Use } from '../domain/ports.ts';

/** Reads the ceilings where they are kept: a stored message is a call that was taken. */
export const natsBudget = ({ manager }: Messaging): Budget => {
  const use = async (stream: string): Promise<Use> => {
    const { state, config } = await manager.streams.info(stream);
    return { used: state.messages, ceiling: config.max_msgs };
  };
  return {
    use: async () => {
      const [minute, background, day, inflight] = await Promise.all([
        use(STREAM.permitsMinute),
        use(STREAM.permitsBackground),
        use(STREAM.permitsDay),
        use(STREAM.permitsInflight),
      ]);
      return { minute, background, day, inflight };
    },
  };
};
