// SPDX-License-Identifier: MIT
//! Structure types that are nothing but their numbers.

use std::any::{Any, TypeId};

use crate::StructureType;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub u8);

impl StructureType for Kind {
    fn get_type_id(&self) -> TypeId {
        TypeId::of::<Kind>()
    }

    fn equals(&self, other: &dyn StructureType) -> bool {
        other.as_any().downcast_ref::<Kind>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn hash(&self) -> u64 {
        u64::from(self.0)
    }

    fn clone_unique(&self) -> Box<dyn StructureType> {
        Box::new(*self)
    }

    fn get_deserialize_function(&self) -> Box<dyn Fn(u64) -> Box<dyn StructureType>> {
        Box::new(|number| Box::new(Kind(number as u8)))
    }

    fn get_serialize_function(&self) -> Box<dyn Fn(Box<dyn StructureType>) -> u64> {
        Box::new(|kind| u64::from(kind.as_any().downcast_ref::<Kind>().expect("one of ours").0))
    }
}
