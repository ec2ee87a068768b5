/** The name of the only node that there is. */
export const NODE = 'rmq-lab@localhost';
