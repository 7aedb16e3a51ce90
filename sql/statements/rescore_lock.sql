-- Nobody stores or erases a conversation until this transaction ends; those who do now are waited for.
lock table samtale.conversation_key in exclusive mode
