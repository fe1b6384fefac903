/** Three services and the gateway's own schema in one answer. */
export const SHOP_WINDOW = `query ShopWindow {
  viewer { name }
  search(text: "lamp") { ... on Product { name price { cents } brand { name } rating reviews { stars author { name } } } }
  articles { title }
}`;

/** Who is in effect comes from the gateway, orders from Apollo, products from Yoga, reviews from Mercurius. */
export const MY_ORDERS = `query MyOrders {
  viewer {
    name
    orders(first: 1) {
      id
      total { cents currency }
      shippingCents
      cardLast4
      payment { ... on Card { brand holder } }
      lines { quantity product { name rating } }
      reviews { stars text }
    }
  }
  actor { name }
}`;

export const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) {
    actorToken
    viewer { name orders(first: 1) { id total { cents } lines { product { name rating } } } }
  }
}`;

export const CHANGE_CARD = `mutation ChangeCard($orderId: ID!, $cardNumber: String!) {
  changeCard(orderId: $orderId, cardNumber: $cardNumber) { id }
}`;

export const STOP = 'mutation Stop { stopImpersonation { session { status } viewer { name } } }';

export const TRAIL = `{ impersonationEvents(last: 50) { nodes {
  type code actorId subjectId reason operation { fields upstreams errorCodes }
} } }`;
