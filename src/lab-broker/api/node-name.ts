/** The name of the only node that there is. */
export const NODE = 'rmq-lab@localhost';

/** What the broker is called until somebody calls it otherwise. */
export const CLUSTER_NAME = 'rmq-lab';
